/** A model that was opened: its bytes, and what it says of itself. Read in the page, by code small enough for a first paint. */
import {
  type FactChoices,
  type ModelCard,
  type ModelFacts,
  modelFacts,
  readModelCard,
} from '@retinoscope/worker/card';

export interface OpenedModel {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly card: ModelCard;
  /** How pictures map on its input; absent where they do not. */
  readonly facts?: ModelFacts;
  /** What a reader said of its input. */
  readonly choices?: FactChoices;
  /** It is the network that the session exported. */
  readonly own: boolean;
  /** Where it was read, as the page names it; absent for a file. */
  readonly address?: string;
}

/** Throws a RetinoscopeError for bytes that are no ONNX model. */
export function openModel(
  name: string,
  bytes: Uint8Array,
  { own = false, address }: { readonly own?: boolean; readonly address?: string } = {},
): OpenedModel {
  const card = readModelCard(bytes);
  return { name, bytes, card, facts: pictureFacts(card), own, ...(address && { address }) };
}

/** The same model, its input meant as `choices` say where its file is silent. */
export function meantAs(model: OpenedModel, choices: FactChoices): OpenedModel {
  return { ...model, choices, facts: pictureFacts(model.card, choices) };
}

/** A model whose input is no picture can still be given arrays. */
function pictureFacts(card: ModelCard, choices?: FactChoices): ModelFacts | undefined {
  try {
    return modelFacts(card, choices);
  } catch {
    return undefined;
  }
}
