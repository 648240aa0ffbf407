/** Parts of the elements of experiments that need nothing but what they show. */
import type { Claim, ExperimentTable } from '@retinoscope/worker';
import { html, type TemplateResult } from 'lit';
import type { ExperimentState } from '../../controllers/experiment-runner.js';
import { plural } from '../../controllers/text.js';
import { progressLine, runLine, shareDone, tableRows } from './texts.js';

/** How far the experiment is, and each run that goes on. */
export function course(current: ExperimentState): TemplateResult {
  const { progress, activity } = current;
  const busy = activity === 'running' || activity === 'paused';
  const line = progressLine(current);
  if (!busy || !progress) return html`<p class="small muted" part="status">${line}</p>`;
  return html`<div class="meter" part="progress">
    <progress max="1" .value=${shareDone(progress)} aria-label="Progress of all runs"></progress>
    <p class="small muted">${line}</p>
    <ul class="runs small muted">
      ${progress.running.map(
        (run) => html`<li>
          <span>${runLine(run)}</span>
          <progress max="1" .value=${run.done} aria-label=${run.key}></progress>
        </li>`,
      )}
    </ul>
  </div>`;
}

export function runTable(table: ExperimentTable): TemplateResult {
  const { names, rows } = tableRows(table);
  return html`<details part="table">
    <summary>Table of ${plural(rows.length, 'run')}</summary>
    <div class="scroll" role="region" aria-label="Table of the runs" tabindex="0">
      <table>
        <thead>
          <tr>
            ${names.map((name) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ([first, ...rest]) => html`<tr>
              <th scope="row">${first}</th>
              ${rest.map((value) => html`<td>${value}</td>`)}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}

export function claimList(claims: readonly Claim[]): TemplateResult {
  return html`<ul class="claims" part="claims" aria-label="Claims">
    ${claims.map(
      (claim) => html`<li class=${claim.holds ? 'holds' : claim.required ? 'fails' : 'open'}>
        <span class="mark" aria-hidden="true">${claim.holds ? '✓' : claim.required ? '✗' : '–'}</span>
        <span>
          <b>${claim.holds ? 'Holds' : claim.required ? 'Does not hold' : 'Does not hold here'}:</b>
          ${claim.says}; found ${claim.found}.${claim.holds || !claim.because ? '' : ` Because ${claim.because}.`}
        </span>
      </li>`,
    )}
  </ul>`;
}
