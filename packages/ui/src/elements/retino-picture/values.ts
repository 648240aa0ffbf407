/** Which of the values of a picture is meant, by pointing or by an arrow key. Pure. */

/** Edges in pixels, as of a DOMRect. */
export interface Edges {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Pixels around the pointer within which a value is found. */
const reach = 12;

/** The value under or next to (x, y), the smaller where one lies within another; undefined when none is near. */
export function nearest(boxes: readonly Edges[], x: number, y: number): number | undefined {
  let best: number | undefined;
  let least = { apart: reach, centre: Number.POSITIVE_INFINITY };
  boxes.forEach((box, i) => {
    const apart = Math.hypot(
      Math.max(box.left - x, 0, x - box.right),
      Math.max(box.top - y, 0, y - box.bottom),
    );
    if (apart > least.apart) return;
    const size = Math.hypot(box.right - box.left, box.bottom - box.top);
    const centre = Math.hypot(x - centreX(box), y - centreY(box)) + size / 2;
    if (apart === least.apart && centre >= least.centre) return;
    best = i;
    least = { apart, centre };
  });
  return best;
}

/**
 * Where a key leads from value `from`: left and right in the order of the picture, up and down to the nearest that
 * lies there. Undefined for other keys; the first or last value where none is current.
 */
export function step(
  boxes: readonly Edges[],
  from: number | undefined,
  key: string,
): number | undefined {
  const last = boxes.length - 1;
  if (last < 0) return undefined;
  switch (key) {
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'ArrowRight':
      return from === undefined ? 0 : Math.min(last, from + 1);
    case 'ArrowLeft':
      return from === undefined ? last : Math.max(0, from - 1);
    case 'ArrowDown':
      return from === undefined ? 0 : (beyond(boxes, from, 1) ?? from);
    case 'ArrowUp':
      return from === undefined ? last : (beyond(boxes, from, -1) ?? from);
    default:
      return undefined;
  }
}

/** The nearest value that lies below (`sign` 1) or above (−1) rather than aside. */
function beyond(boxes: readonly Edges[], from: number, sign: 1 | -1): number | undefined {
  const own = boxes[from];
  let best: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  boxes.forEach((box, i) => {
    const ahead = sign * (centreY(box) - centreY(own));
    if (i === from || ahead <= 1) return;
    const aside = Math.abs(centreX(box) - centreX(own));
    const cost = ahead + 3 * aside;
    if (aside <= Math.max(ahead, (own.right - own.left) / 2) && cost < least) {
      least = cost;
      best = i;
    }
  });
  return best;
}

function centreX({ left, right }: Edges): number {
  return (left + right) / 2;
}

function centreY({ top, bottom }: Edges): number {
  return (top + bottom) / 2;
}
