// The images of a sample sheet one by one: what came in beside what became of it, or what should have.
import { drawCell } from './sheet.js';
import { Wipe } from './wipe.js';
import { make } from './words.js';

export class BeforeAfter {
  #wipe = new Wipe();
  #place = make('output');
  #choice = make('select');
  #choiceLabel = make('label', { hidden: true }, 'Into ', this.#choice);
  #truth = make('input', { type: 'checkbox' });
  #truthLabel = make('label', { hidden: true }, this.#truth, ' Show the truth');
  #row = 0;
  #offered = '';
  #sheet = null;
  #layout = null;

  constructor(name) {
    const step = (words, by, sign) => {
      const button = make('button', { type: 'button', title: words, ariaLabel: words }, sign);
      button.addEventListener('click', () => this.#go(by));
      return button;
    };
    this.box = make('figure', { className: 'before', ariaLabel: `Images of ${name} before and after` },
      this.#wipe.box,
      make('div', { className: 'steps' }, step('Image before', -1, '‹'), this.#place, step('Next image', 1, '›'), this.#choiceLabel, this.#truthLabel));
    this.#choice.addEventListener('change', () => this.#draw());
    this.#truth.addEventListener('change', () => this.#draw());
  }

  /** Shows another sheet, at the image that was looked at. */
  show(sheet, layout) {
    [this.#sheet, this.#layout] = [sheet, layout];
    const offered = JSON.stringify([layout.heads, layout.truth]);
    if (offered !== this.#offered) this.#offer(offered);
    this.#draw();
  }

  #offer(offered) {
    const { heads, truth } = this.#layout;
    const chosen = this.#choice.value;
    const made = heads.map((head, column) => column).filter(column => column > 0 && column !== truth);
    this.#offered = offered;
    this.#choice.replaceChildren(...made.map(column => make('option', { value: column }, heads[column])));
    if (made.includes(Number(chosen))) this.#choice.value = chosen;
    this.#choiceLabel.hidden = made.length < 2;
    this.#truthLabel.hidden = truth === undefined;
  }

  #go(by) {
    const count = this.#layout?.rows.length ?? 1;
    this.#row = (this.#row + by + count) % count;
    this.#draw();
  }

  #draw() {
    if (!this.#sheet) return;
    const layout = this.#layout;
    const row = Math.min(this.#row, layout.rows.length - 1);
    const right = this.#truth.checked && layout.truth !== undefined ? layout.truth : Number(this.#choice.value);
    const side = column => ({
      name: column === layout.truth ? `truth: ${layout.heads[column]}` : layout.heads[column],
      draw: canvas => drawCell(canvas, this.#sheet, layout, row, column),
    });
    this.#wipe.show(side(0), side(right));
    this.#place.textContent = `image ${row + 1} of ${layout.rows.length}`;
  }
}
