// The one curve of a lecture: V(G, D) and what no D can pass, over the updates; behind it, whose updates they were.
import { either } from './words.js';

const floor = -Math.log(4);
// What lies lower is a D that was fooled altogether.
const lowest = -4;

const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export class ValueCurve {
  #box;
  #plot = null;
  #whose = [];
  #data = null;
  #hasBound = false;

  constructor(box) {
    this.#box = box;
    new ResizeObserver(() => this.#fit()).observe(box);
  }

  forget() {
    this.#plot?.destroy();
    this.#plot = null;
  }

  show(table, hasBound) {
    const { step, value, bound, generators } = table.columns;
    this.#hasBound = hasBound;
    this.#whose = generators;
    this.#data = [step, value, ...(hasBound ? [bound] : [])];
    if (!this.#plot) this.#build();
    else this.#plot.setData(this.#data);
    this.#box.dataset.points = step.length;
    const [updates, newest] = [step[step.length - 1], value[value.length - 1]?.toFixed(2)];
    this.#box.setAttribute('aria-label', either(`V(G, D) over ${updates} updates, newest ${newest ?? 'none'}`, `${updates} 次更新中的 V(G, D)，最新值 ${newest ?? '无'}`));
  }

  #fit() {
    const { clientWidth: width, clientHeight: height } = this.#box;
    if (this.#plot && width > 0 && height > 0) this.#plot.setSize({ width, height });
    else if (this.#data) this.#build();
  }

  #build() {
    const { clientWidth: width, clientHeight: height } = this.#box;
    if (width === 0 || height === 0) return;
    const size = parseFloat(getComputedStyle(this.#box).fontSize);
    const ink = style('--quiet');
    const line = { stroke: style('--line'), width: 1 };
    const font = `${size}px ${style('--font')}`;
    this.#plot = new uPlot({
      width,
      height,
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: () => [0, Math.max(10, this.#data[0].at(-1) ?? 0)] },
        y: { range: (_, low) => [Math.max(lowest, Math.min(floor, low ?? 0)) - 0.12, 0.12] },
      },
      axes: [
        { stroke: ink, grid: line, ticks: line, font, size: 1.9 * size, space: 5 * size, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, 1000000] },
        {
          stroke: ink, grid: line, ticks: line, font, size: 4.6 * size,
          splits: (_, __, low) => [0, -0.5, -1, floor, ...[-2, -3, -4].filter(at => at > low)],
          values: (_, splits) => splits.map(at => (at === floor ? '−log 4' : String(at).replace('-', '−'))),
        },
      ],
      series: [
        {},
        { stroke: style('--ink'), width: size / 7, points: { show: () => this.#data[0].length < 60, size: size / 2.2, fill: style('--ink') } },
        ...(this.#hasBound ? [{ stroke: style('--curve-2'), width: size / 7, dash: [size / 2, size / 3], points: { show: false } }] : []),
      ],
      hooks: { drawClear: [plot => this.#paintTurns(plot)] },
    }, this.#data, this.#box);
  }

  #paintTurns(plot) {
    const { ctx: pen, bbox: { top, height } } = plot;
    const steps = plot.data[0];
    pen.save();
    pen.globalAlpha = 0.16;
    for (let i = 1; i < steps.length; i++) {
      // Updates in turns are nobody's.
      if (this.#whose[i] > 0 && this.#whose[i] < 1) continue;
      const [from, to] = [plot.valToPos(steps[i - 1], 'x', true), plot.valToPos(steps[i], 'x', true)];
      pen.fillStyle = style(this.#whose[i] === 0 ? '--real' : '--made');
      pen.fillRect(from, top, to - from, height);
    }
    pen.restore();
  }
}
