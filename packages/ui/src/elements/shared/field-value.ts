/**
 * The value of an input, as `live` binds it, but for one that is being typed in: a redraw leaves what is typed there
 * until it is taken, a valid change, or given up when the field is left.
 */
import { noChange } from 'lit';
import { Directive, directive, type PartInfo, PartType, type PropertyPart } from 'lit/directive.js';

class FieldValue extends Directive {
  #field?: HTMLInputElement;
  #given = '';
  #typed: 'not' | 'being typed' | 'entered' = 'not';

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.PROPERTY || part.name !== 'value') {
      throw new Error('fieldValue is bound to `.value` of an input.');
    }
  }

  render(_value: string): typeof noChange {
    return noChange;
  }

  override update({ element }: PropertyPart, [value]: [string]): typeof noChange {
    const field = element as HTMLInputElement;
    this.#given = value;
    if (this.#field !== field) {
      this.#field = field;
      for (const type of ['input', 'change', 'blur']) field.addEventListener(type, this);
    }
    // A field that is disabled under the hand loses the focus without a word.
    const isTyped = field.matches(':focus') && this.#isOwn(field);
    if (!isTyped && field.value !== value) field.value = value;
    return noChange;
  }

  handleEvent({ type, currentTarget }: Event): void {
    const field = currentTarget as HTMLInputElement;
    if (type === 'input') this.#typed = 'being typed';
    else if (type === 'change') this.#typed = 'entered';
    else {
      if (this.#isOwn(field)) {
        field.value = this.#given;
        field.setCustomValidity('');
      }
      this.#typed = 'not';
    }
  }

  /** Whether what stands there is a person's, and not taken. */
  #isOwn({ validity }: HTMLInputElement): boolean {
    return this.#typed === 'being typed' || (this.#typed === 'entered' && !validity.valid);
  }
}

/** For `.value` of an input whose `change` is heard. */
export const fieldValue = directive(FieldValue);
