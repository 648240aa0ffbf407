/**
 * The kinds of stimuli that can be generated, as data for controls, and specifications from outside made valid.
 * Ranges suit a retinal ganglion cell of a salamander or a mouse. Draws nothing.
 */
import type { StimulusKindInfo, StimulusParameter, StimulusSpec } from './types.js';

type Range = readonly [minimum: number, maximum: number, step: number, initial: number];

function parameter(
  name: string,
  label: string,
  unit: string,
  [minimum, maximum, step, initial]: Range,
): StimulusParameter {
  return { name, label, unit, minimum, maximum, step, initial };
}

const centre = [
  parameter('x', 'Centre, x', 'µm', [-2500, 2500, 10, 0]),
  parameter('y', 'Centre, y', 'µm', [-2500, 2500, 10, 0]),
];
const signedContrast = parameter('contrast', 'Contrast', '%', [-100, 100, 5, 100]);
const contrast = parameter('contrast', 'Contrast', '%', [0, 100, 5, 100]);
const pulse = [
  parameter('before', 'Grey before', 'ms', [0, 5000, 50, 500]),
  parameter('on', 'On', 'ms', [10, 5000, 10, 500]),
  parameter('after', 'Grey after', 'ms', [0, 5000, 50, 1000]),
];
const direction = parameter('direction', 'Direction', '°', [0, 360, 5, 0]);
const seed = parameter('seed', 'Seed', '', [0, 9999, 1, 1]);
const duration = parameter('duration', 'Duration', 'ms', [100, 30_000, 100, 3000]);

/** In the order in which a person chooses among them. */
export const stimulusKinds: readonly StimulusKindInfo[] = [
  {
    kind: 'spot',
    label: 'Spot',
    description: 'A disc that is shown once, on mean grey.',
    parameters: [
      parameter('diameter', 'Diameter', 'µm', [10, 3000, 10, 300]),
      ...centre,
      signedContrast,
      ...pulse,
    ],
  },
  {
    kind: 'annulus',
    label: 'Annulus',
    description:
      'A ring that is shown once, on mean grey; the smaller of its diameters is the inner one.',
    parameters: [
      parameter('inner', 'Inner diameter', 'µm', [0, 3000, 10, 300]),
      parameter('outer', 'Outer diameter', 'µm', [10, 5000, 10, 800]),
      ...centre,
      signedContrast,
      ...pulse,
    ],
  },
  {
    kind: 'bar',
    label: 'Moving bar',
    description: 'A bar that crosses the whole field once, on mean grey.',
    parameters: [
      parameter('width', 'Width, along the motion', 'µm', [10, 2000, 10, 200]),
      parameter('length', 'Length, across the motion', 'µm', [10, 8000, 10, 1500]),
      direction,
      parameter('speed', 'Speed', 'µm/s', [100, 10_000, 50, 1000]),
      signedContrast,
    ],
  },
  {
    kind: 'grating',
    label: 'Drifting grating',
    description: 'A sinusoidal grating over the whole field that moves across its stripes.',
    parameters: [
      parameter('period', 'Period', 'µm', [40, 4000, 10, 400]),
      parameter('temporalFrequency', 'Temporal frequency', 'Hz', [0, 15, 0.25, 2]),
      direction,
      contrast,
      duration,
    ],
  },
  {
    kind: 'flash',
    label: 'Full-field flash',
    description: 'The whole field steps away from mean grey once, and back.',
    parameters: [signedContrast, ...pulse],
  },
  {
    kind: 'checkerboard',
    label: 'Checkerboard',
    description:
      'Checks from the upper left corner, each bright or dark at random and drawn again at the refresh rate.',
    parameters: [
      parameter('check', 'Check size', 'µm', [10, 1000, 10, 200]),
      parameter('refresh', 'Refresh rate', 'Hz', [0.5, 60, 0.5, 10]),
      contrast,
      seed,
      duration,
    ],
  },
  {
    kind: 'natural-noise',
    label: 'Natural noise',
    description:
      'Noise with the spatial spectrum 1/f to an exponent, which is about 1 in natural scenes; it changes smoothly over time.',
    parameters: [
      parameter('exponent', 'Exponent', '', [0, 2, 0.1, 1]),
      parameter('change', 'Rate of change', 'Hz', [0, 10, 0.25, 1]),
      parameter('contrast', 'Contrast, root mean square', '%', [0, 100, 5, 30]),
      seed,
      duration,
    ],
  },
  {
    kind: 'white-noise',
    label: 'White noise',
    description: 'Each square is bright or dark at random in each frame.',
    parameters: [contrast, seed, duration],
  },
];

/**
 * A specification from outside, as a permalink's: a missing or unusable number becomes the initial one, others are
 * clamped to their range, and what is not of the kind is dropped. `undefined` when the kind is not known.
 */
export function validStimulusSpec(value: unknown): StimulusSpec | undefined {
  if (!isRecord(value)) return undefined;
  const info = stimulusKinds.find(({ kind }) => kind === value.kind);
  if (!info) return undefined;
  const given = isRecord(value.values) ? value.values : {};
  const values = info.parameters.map(({ name, minimum, maximum, initial }): [string, number] => {
    const found = Object.hasOwn(given, name) ? given[name] : undefined;
    const usable = typeof found === 'number' && Number.isFinite(found);
    return [name, usable ? Math.min(maximum, Math.max(minimum, found)) : initial];
  });
  return { kind: info.kind, values: Object.fromEntries(values) };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
