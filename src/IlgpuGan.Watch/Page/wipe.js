// Two pictures in one place, with a divider between them that is drawn to and fro by hand, by touch or by keys.
import { make } from './words.js';

// Larger pixels are shown as squares; photographs are better smoothed.
const mostSquares = 256;

export class Wipe {
  #left = make('canvas', { className: 'left' });
  #right = make('canvas');
  #leftName = make('span', { className: 'left' });
  #rightName = make('span', { className: 'right' });
  #divider = make('input', { type: 'range', min: 0, max: 100, step: 1, value: 50 });

  constructor() {
    this.box = make('div', { className: 'wipe' }, this.#right, this.#left, make('i'), this.#leftName, this.#rightName, this.#divider);
    this.#divider.addEventListener('input', () => this.#move());
    this.box.addEventListener('pointerdown', event => {
      if (event.button !== 0) return;
      event.preventDefault();
      this.box.setPointerCapture(event.pointerId);
      this.#divider.focus({ preventScroll: true });
      this.#follow(event);
    });
    this.box.addEventListener('pointermove', event => {
      if (this.box.hasPointerCapture(event.pointerId)) this.#follow(event);
    });
    this.#move();
  }

  /** Shows other pictures; the divider stays where it is. Each side has a name, and draws itself on a canvas. */
  show(left, right) {
    for (const [side, canvas, name] of [[left, this.#left, this.#leftName], [right, this.#right, this.#rightName]]) {
      side.draw(canvas);
      name.textContent = side.name;
    }
    const { width, height } = this.#right;
    this.box.classList.toggle('squares', Math.max(width, height) <= mostSquares);
    this.box.style.setProperty('--width', width);
    this.box.style.setProperty('--height', height);
    this.#divider.setAttribute('aria-label', `Divider: ${left.name} on its left, ${right.name} on its right`);
  }

  #follow(event) {
    const { left, width } = this.box.getBoundingClientRect();
    this.#divider.value = Math.round(100 * (event.clientX - left) / width);
    this.#move();
  }

  #move() {
    this.box.style.setProperty('--at', `${this.#divider.value}%`);
    this.#divider.setAttribute('aria-valuetext', `${this.#divider.value} % of the left picture`);
  }
}
