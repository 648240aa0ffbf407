/** How numbers are written in plots and texts. Pure, and small: a first paint has it. */

const minus = '−';

/** `value` to `digits` significant digits, with a true minus sign; scientific outside 1e-3 … 1e5. */
export function formatNumber(value: number, digits = 3): string {
  if (!Number.isFinite(value))
    return Number.isNaN(value) ? 'undefined' : value > 0 ? '∞' : `${minus}∞`;
  if (value === 0) return '0';
  const size = Math.abs(value);
  const sign = value < 0 ? minus : '';
  if (size < 1e-3 || size >= 1e5) {
    const [mantissa, exponent] = size.toExponential(digits - 1).split('e');
    const power = Number(exponent);
    return `${sign}${Number(mantissa)}e${power < 0 ? minus : ''}${Math.abs(power)}`;
  }
  return `${sign}${Number(size.toPrecision(digits))}`;
}

/** A correlation or cosine with three decimals and its leading zero, `0.984`; 1.000 only when it rounds to it. */
export function formatCorrelation(value: number): string {
  if (!Number.isFinite(value)) return 'undefined';
  return `${value < 0 && value.toFixed(3) !== '-0.000' ? minus : ''}${Math.abs(value).toFixed(3)}`;
}

/** A count with thin spaces between thousands. */
export function formatCount(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, '\u202f')
    .replace('-', minus);
}

/** Seconds for a person: `8.4 s`, `3 min 20 s`. */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${formatNumber(seconds, 2)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
