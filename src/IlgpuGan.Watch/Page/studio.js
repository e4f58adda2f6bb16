// Images of a run that has ended, drawn by its generator as they are asked for.
import { hasEnded, labelChoices, offerRuns } from './choices.js';
import { element } from './words.js';

const settle = 200;

export class Studio {
  #form = element('ask');
  #truncation = element('truncation');
  #message = element('studio-message');
  #runs = [];
  #offered = '';
  #chosen = new Map();
  #hasDrawn = false;
  #timer = 0;
  #asking = null;
  #url = null;

  constructor() {
    this.#form.addEventListener('submit', event => { event.preventDefault(); this.#draw(); });
    this.#form.addEventListener('input', event => {
      if (event.target.name === 'run') this.#offerLabels();
      if (event.target.dataset.column) this.#chosen.set(event.target.dataset.column, event.target.value);
      this.#truncation.setAttribute('aria-valuetext', this.#bound ?? 'off');
      element('truncation-value').textContent = this.#bound ?? 'off';
      // The first picture waits for the button: opening the device is not for nothing.
      if (this.#hasDrawn) this.#drawSoon();
    });
    element('dice').addEventListener('click', () => {
      this.#form.elements.seed.value = crypto.getRandomValues(new Uint32Array(1))[0] % 1000000;
      this.#drawSoon();
    });
  }

  show(runs) {
    this.#runs = runs.filter(run => hasEnded(run) && !run.about.isPoints && !run.about.translation);
    element('studio').hidden = this.#runs.length === 0;
    const offered = JSON.stringify(this.#runs.map(run => [run.number, run.name, run.about.labels]));
    if (offered === this.#offered || this.#runs.length === 0) return;
    this.#offered = offered;
    offerRuns(this.#form.elements.run, this.#runs);
    element('ask-run').hidden = this.#runs.length === 1;
    this.#offerLabels();
  }

  get #bound() {
    return this.#truncation.value === this.#truncation.max ? null : this.#truncation.value;
  }

  #offerLabels() {
    const run = this.#runs.find(one => String(one.number) === this.#form.elements.run.value);
    element('labels').replaceChildren(...labelChoices(run.about.labels, this.#chosen, 'any'));
  }

  #drawSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#form.requestSubmit(), settle);
  }

  async #draw() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    const asking = this.#asking = new AbortController();
    const fields = this.#form.elements;
    const chosen = [...element('labels').querySelectorAll('select')].filter(select => select.value).map(select => [select.dataset.column, select.value]);
    this.#say(this.#hasDrawn ? '' : 'Opening the generator…');
    try {
      const answer = await fetch(`runs/${fields.run.value}/draw`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          seed: fields.seed.value,
          count: Number(fields.count.value),
          truncation: this.#bound === null ? null : Number(this.#bound),
          labels: Object.fromEntries(chosen),
        }),
        signal: asking.signal,
      });
      if (!answer.ok) {
        this.#say(await answer.text(), true);
        return;
      }
      const url = URL.createObjectURL(await answer.blob());
      const figure = element('drawn');
      figure.querySelector('img').src = url;
      element('save').href = url;
      element('save').download = `seed-${fields.seed.value}.png`;
      figure.hidden = false;
      if (this.#url) URL.revokeObjectURL(this.#url);
      this.#url = url;
      this.#hasDrawn = true;
      this.#say('');
    } catch (fault) {
      if (fault.name !== 'AbortError') this.#say('The server is not reachable; draw again when it is back.', true);
    }
  }

  #say(sentence, isFault = false) {
    this.#message.textContent = sentence;
    this.#message.classList.toggle('fault', isFault);
  }
}
