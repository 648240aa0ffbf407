/**
 * How a model's input is meant, where its file leaves that open: what a person says, and what is taken otherwise.
 * Pure. Promises that what is read from a link is an answer that exists.
 */
import type { FactChoices, ModelFacts } from '@retinoscope/worker/card';

export type QuestionName = keyof FactChoices;

type Answers = {
  readonly [K in QuestionName]: Readonly<Record<NonNullable<FactChoices[K]>, string>>;
};

export const questionNames: Readonly<Record<QuestionName, string>> = {
  channel: 'Axis after the samples',
  lagOrder: 'Order of the frames',
};

export const answerNames: Answers = {
  channel: { lag: 'Frames (lags)', colour: 'Colours' },
  lagOrder: { 'oldest-first': 'Oldest first', 'newest-first': 'Newest first' },
};

/** The answer that is in use. */
export function answerOf({ axes, lagOrder }: ModelFacts, question: QuestionName): string {
  if (question === 'lagOrder') return lagOrder;
  // Of five axes both have one: the question is which comes first.
  return axes.find((axis) => axis === 'lag' || axis === 'colour') ?? 'lag';
}

/** Answers that exist, from anything. */
export function readChoices(value: unknown): FactChoices {
  if (typeof value !== 'object' || value === null) return {};
  const given = value as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(answerNames).flatMap(([question, answers]) => {
      const answer = given[question];
      const isKnown = typeof answer === 'string' && Object.hasOwn(answers, answer);
      return isKnown ? [[question, answer]] : [];
    }),
  );
}
