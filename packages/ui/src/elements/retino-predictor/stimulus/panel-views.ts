/** Parts of the stimulus panel that only show what they are given and say what a person did. */
import { html, nothing, svg, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { significant } from '../../../controllers/text.js';
import { fileButton } from '../views.js';
import { pictureOf } from './make-movie.js';
import { acceptedTypes, type Media } from './media.js';
import type { MoviePlayer } from './movie-player.js';

/** Play and pause, and the frame that is shown; nothing where there is one frame. */
export function playerView(
  player: MoviePlayer,
  frameRate: number,
  seek: (index: number) => void,
): TemplateResult | typeof nothing {
  const { frames, index, playing } = player;
  if (frames < 2) return nothing;
  const seconds = significant(Math.round((1000 * index) / frameRate) / 1000, 4);
  const text = `frame ${index + 1} of ${frames}, ${seconds} s`;
  const label = playing ? 'Stop the stimulus' : 'Play the stimulus';
  return html`<div class="player" role="group" aria-label="Frames of the stimulus">
      <button
        type="button"
        aria-label=${label}
        title=${label}
        @click=${() => (playing ? player.pause() : player.play())}
      >
        ${playing ? stopIcon : playIcon}
      </button>
      <input
        type="range"
        min="0"
        max=${frames - 1}
        step="1"
        aria-label="Frame that is shown"
        aria-valuetext=${text}
        .value=${live(String(index))}
        @input=${({ target }: Event) => seek((target as HTMLInputElement).valueAsNumber)}
      />
      <span class="time" aria-hidden="true">${text}</span>
    </div>
    ${
      playing && player.slowed
        ? html`<p class="muted small">Played slowly, as your system asks for less motion.</p>`
        : nothing
    }`;
}

/** The file that was given, and how to give another. `asked`: a state told of a picture that is not there. */
export function mediaView(
  media: Media | undefined,
  asked: boolean,
  give: (file: File) => void,
): TemplateResult {
  return html`<div class="row">
      ${fileButton('Open picture or video…', acceptedTypes, give)}
    </div>
    <p class="muted small">
      ${
        media
          ? mediaText(media)
          : html`${
              asked
                ? 'The picture is not part of a link. Give it again: it is placed as it was. '
                : nothing
            }Or drop or paste one here: PNG, JPEG, WebP, GIF, MP4, WebM, or an array (npy, npz, HDF5). It stays on this computer.`
      }
    </p>`;
}

function mediaText(media: Media): string {
  const { name, size, note } = media;
  const kept = pictureOf(media, 0);
  const turned = size.width === kept.height && size.height === kept.width;
  const whole = turned || (size.width === kept.width && size.height === kept.height);
  return [
    `${name}: ${size.width} × ${size.height} pixels${whole ? '' : `, read as ${kept.width} × ${kept.height}`}.`,
    ...(note ? [note] : []),
  ].join(' ');
}

export function readingView(
  { name, share }: { readonly name: string; readonly share: number },
  cancel: () => void,
): TemplateResult {
  return html`<div class="reading">
    <label>
      <span class="small">Reading ${name}</span>
      <progress max="1" .value=${share}></progress>
    </label>
    <button type="button" @click=${cancel}>Cancel</button>
  </div>`;
}

const playIcon = html`<svg viewBox="0 0 14 14" aria-hidden="true">
  ${svg`<path d="M3 1.5v11L12 7z" />`}
</svg>`;

const stopIcon = html`<svg viewBox="0 0 14 14" aria-hidden="true">
  ${svg`<path d="M3 2h3v10H3zM8 2h3v10H8z" />`}
</svg>`;
