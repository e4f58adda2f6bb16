// A picture of the user's, translated by the generator of a run that has ended.
import { hasEnded, labelChoices, offerRuns } from './choices.js';
import { count, element } from './words.js';
import { Wipe } from './wipe.js';

const carries = event => [...event.dataTransfer?.types ?? []].includes('Files');

export class Translation {
  #form = element('picture');
  #message = element('picture-message');
  #wipe = new Wipe();
  #runs = [];
  #offered = '';
  #chosen = new Map();
  #file = null;
  #asking = null;
  #url = null;

  constructor() {
    element('translated').prepend(this.#wipe.box);
    this.#form.addEventListener('submit', event => event.preventDefault());
    this.#form.addEventListener('change', event => {
      const { target } = event;
      if (target.name === 'file') {
        const [file] = target.files;
        // The same one may be chosen again, when it was changed.
        target.value = '';
        if (file) this.#take(file);
        return;
      }
      if (target.name === 'run') this.#offerLabels();
      if (target.dataset.column) this.#chosen.set(target.dataset.column, target.value);
      if (this.#file) this.#translate();
    });
    // Wherever it is let go: a browser would leave the page for it.
    for (const kind of ['dragenter', 'dragover', 'dragleave', 'drop']) document.addEventListener(kind, event => this.#drag(event));
  }

  show(runs) {
    this.#runs = runs.filter(run => hasEnded(run) && run.about.translation);
    element('translate').hidden = this.#runs.length === 0;
    const offered = JSON.stringify(this.#runs.map(run => [run.number, run.name, run.about.labels]));
    if (offered === this.#offered || this.#runs.length === 0) return;
    this.#offered = offered;
    offerRuns(this.#form.elements.run, this.#runs);
    element('picture-run').hidden = this.#runs.length === 1;
    this.#offerLabels();
  }

  get #run() {
    return this.#runs.find(one => String(one.number) === this.#form.elements.run.value);
  }

  #offerLabels() {
    element('picture-labels').replaceChildren(...labelChoices(this.#run.about.labels, this.#chosen));
  }

  #drag(event) {
    if (this.#runs.length === 0 || !carries(event)) return;
    event.preventDefault();
    const isOver = event.type === 'dragover' || event.type === 'dragenter';
    element('picture-file').classList.toggle('over', isOver);
    if (isOver) event.dataTransfer.dropEffect = 'copy';
    else if (event.type === 'drop' && event.dataTransfer.files.length > 0) this.#take(event.dataTransfer.files[0]);
  }

  #take(file) {
    const most = this.#run.about.translation.mostBytes;
    if (file.size > most) {
      this.#say(`${file.name} has ${count(file.size / 1048576)} MiB; a picture may have ${count(most / 1048576)} MiB here, and any size by ilgpugan translate.`, true);
      return;
    }
    this.#file = file;
    element('translate').scrollIntoView({ block: 'nearest' });
    this.#translate();
  }

  async #translate() {
    this.#asking?.abort();
    const asking = this.#asking = new AbortController();
    const [run, file] = [this.#run, this.#file];
    const label = [...element('picture-labels').querySelectorAll('select')].map(select => `${select.dataset.column}=${select.value}`).join(',');
    this.#say(`Translating ${file.name}…`);
    try {
      const answer = await fetch(`runs/${run.number}/translate${label && `?label=${encodeURIComponent(label)}`}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/octet-stream' },
        body: file,
        signal: asking.signal,
      });
      if (!answer.ok) {
        this.#say(`${file.name}: ${await answer.text()}`, true);
        return;
      }
      const made = await answer.blob();
      const [after, before] = await Promise.all([createImageBitmap(made), createImageBitmap(file).catch(() => null)]);
      if (asking.signal.aborted) return;
      this.#show(before, after, URL.createObjectURL(made), run);
      this.#say(before ? '' : `This browser does not show files such as ${file.name} itself; here is the translation alone.`);
    } catch (fault) {
      if (fault.name === 'AbortError') return;
      // A file that is gone or changed since it was chosen, too, is only told as a failure.
      this.#say('The server is not reachable, or the file cannot be read any more; choose it again.', true);
    }
  }

  #show(before, after, url, run) {
    const side = (name, bitmap) => ({
      name,
      draw: canvas => {
        Object.assign(canvas, { width: after.width, height: after.height });
        canvas.getContext('2d').drawImage(bitmap, 0, 0, after.width, after.height);
      },
    });
    this.#wipe.show(side(this.#file.name, before ?? after), side('translated', after));
    const save = element('save-translated');
    save.href = url;
    save.download = `${this.#file.name.replace(/\.[^.]*$/, '')}-translated.png`;
    save.textContent = `Save as PNG, ${after.width} x ${after.height}`;
    const figure = element('translated');
    figure.hidden = false;
    figure.dataset.run = run.number;
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = url;
  }

  #say(sentence, isFault = false) {
    this.#message.textContent = sentence;
    this.#message.classList.toggle('fault', isFault);
  }
}
