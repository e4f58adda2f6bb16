// Samples through time, and beside them the reals, or of what is translated each image by itself.
import { BeforeAfter } from './before.js';
import { layoutOf } from './sheet.js';
import { count, element, make } from './words.js';

const kept = 150;
const pause = matchMedia('(prefers-reduced-motion: reduce)').matches ? 700 : 160;

/** Pictures that were shown once stay at hand: moving to and fro asks nobody, not even when the server is gone. */
class Album {
  #pages = new Map();

  async get(url) {
    let page = this.#pages.get(url);
    if (!page) {
      page = fetch(url).then(async answer => {
        if (!answer.ok) throw new Error(answer.statusText);
        const blob = await answer.blob();
        return { src: URL.createObjectURL(blob), layout: layoutOf(await blob.arrayBuffer()) };
      });
      page.catch(() => this.#pages.delete(url));
    }
    this.#pages.delete(url);
    this.#pages.set(url, page);
    if (this.#pages.size > kept) {
      const [oldest, old] = this.#pages.entries().next().value;
      this.#pages.delete(oldest);
      old.then(page => URL.revokeObjectURL(page.src), () => {});
    }
    return page;
  }
}

export class Pictures {
  #album = new Album();
  #slider = element('time');
  #button = element('play');
  #steps = [];
  #frames = [];
  #runs = [];
  #playing = 0;

  constructor() {
    this.#slider.addEventListener('input', () => { this.#stop(); this.#draw(); });
    this.#button.addEventListener('click', () => (this.#playing ? this.#stop() : this.#play()));
  }

  show(runs) {
    this.#runs = runs.filter(run => run.samples.length > 0);
    element('samples').hidden = this.#runs.length === 0;
    if (this.#runs.length === 0) return;
    this.#frame();
    const steps = [...new Set(this.#runs.flatMap(run => run.samples))].sort((a, b) => a - b);
    const follows = this.#slider.value === this.#slider.max;
    const at = this.#steps[this.#slider.value];
    this.#steps = steps;
    this.#slider.max = steps.length - 1;
    const same = steps.findLastIndex(step => step <= at);
    this.#slider.value = follows && !this.#playing ? steps.length - 1 : Math.max(0, same);
    this.#draw();
  }

  #frame() {
    const translates = run => Boolean(run.about?.translation);
    if (this.#frames.length === this.#runs.length
      && this.#frames.every((frame, i) => frame.name === this.#runs[i].name && Boolean(frame.before) === translates(this.#runs[i]))) return;
    const isOne = this.#runs.length === 1;
    element('samples-hint').textContent = this.#runs.every(translates) ? 'The same images, step by step'
      : this.#runs.some(translates) ? 'The same images or latents, step by step' : 'The same latents, step by step';
    this.#frames = this.#runs.map(run => {
      const sample = make('img', { alt: '' });
      const reals = make('img', { alt: `Real images of ${run.name}` });
      const caption = make('figcaption');
      const before = translates(run) ? new BeforeAfter(run.name) : null;
      const set = make('div', { className: 'set' },
        make('figure', {}, sample, caption),
        before ? before.box : make('figure', { className: 'reals' }, reals, make('figcaption', {}, 'reals')));
      const box = isOne ? set : make('section', {}, make('h3', {}, run.name), set);
      box.dataset.run = run.number;
      return { name: run.name, sample, reals, caption, before, box };
    });
    const box = element('pictures');
    box.classList.toggle('many', !isOne);
    box.replaceChildren(...this.#frames.map(frame => frame.box));
  }

  #draw() {
    const step = this.#steps[this.#slider.value];
    const words = `step ${count(step)}`;
    this.#slider.setAttribute('aria-valuetext', words);
    element('time-step').textContent = words;
    this.#runs.forEach((run, i) => {
      const { sample, reals, caption, before } = this.#frames[i];
      const version = run.about?.version ?? 0;
      const own = run.samples[Math.max(0, run.samples.findLastIndex(made => made <= step))];
      this.#put(sample, `runs/${run.number}/samples/${own}?v=${version}`, before);
      sample.alt = `Images that ${run.name} ${before ? 'translates' : 'generates'} at step ${own}`;
      caption.textContent = `step ${count(own)}`;
      if (!before) this.#put(reals, `runs/${run.number}/reals?v=${version}`);
    });
  }

  async #put(image, url, before = null) {
    if (image.dataset.wanted === url) return;
    image.dataset.wanted = url;
    try {
      const picture = await this.#album.get(url);
      // Others may have been asked for meanwhile.
      if (image.dataset.wanted !== url) return;
      image.src = picture.src;
      image.dataset.shown = url;
      if (!before) return;
      await image.decode();
      before.box.hidden = !picture.layout;
      if (picture.layout && image.dataset.shown === url) before.show(image, picture.layout);
    } catch {
      if (image.dataset.wanted === url) delete image.dataset.wanted;
    }
  }

  #play() {
    if (this.#slider.value === this.#slider.max) this.#slider.value = 0;
    this.#button.textContent = 'Pause';
    this.#button.setAttribute('aria-pressed', 'true');
    const next = async () => {
      this.#draw();
      await Promise.allSettled(this.#frames.filter(frame => frame.sample.dataset.wanted).map(frame => this.#album.get(frame.sample.dataset.wanted)));
      if (!this.#playing) return;
      if (this.#slider.value === this.#slider.max) {
        this.#stop();
        return;
      }
      this.#playing = setTimeout(() => {
        this.#slider.value = Number(this.#slider.value) + 1;
        next();
      }, pause);
    };
    this.#playing = -1;
    next();
  }

  #stop() {
    clearTimeout(this.#playing);
    this.#playing = 0;
    this.#button.textContent = 'Play';
    this.#button.setAttribute('aria-pressed', 'false');
  }
}
