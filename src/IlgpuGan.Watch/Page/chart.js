// One chart: uPlot draws it, words and keys are ours.
import { duration, make, number } from './words.js';

const height = 220;

const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// From the image on: light to dark on white, dark to light on black, so that the order shows.
const shadeOf = share => `hsl(${200 + 120 * share} 65% ${style('--shade-from') * (1 - share) + style('--shade-to') * share}%)`;

const colorOf = one => (one.shade === undefined ? style(`--curve-${one.color % 8}`) : shadeOf(one.shade));

/** Positions along an axis. A metric knows no time; it takes that of the report before it. */
function positions(one, axis) {
  const own = one.table.columns[axis];
  if (own) return own;
  const { step, [axis]: known } = one.reports?.columns ?? {};
  return one.table.columns.step.map(at => known?.[Math.max(0, step.findLastIndex(past => past <= at))] ?? null);
}

function tableOf(curve, axis, isLog) {
  const xs = positions(curve, axis);
  const x = [];
  const y = [];
  xs.forEach((at, i) => {
    if (at === null || (x.length > 0 && at <= x[x.length - 1])) return;
    x.push(at);
    const value = curve.ys[i] ?? null;
    y.push(isLog && value <= 0 ? null : value);
  });
  return [x, y];
}

export class Chart {
  #id;
  #plot = null;
  #built = '';
  #spec = null;
  #keys;
  #canvas;
  #title;
  #hint;
  #data = null;
  #width = 0;
  #axis = 'step';

  constructor(id) {
    this.#id = id;
    this.#title = make('h3', { id: `title-${id}` });
    this.#hint = make('p', { className: 'hint' });
    this.#canvas = make('div', { className: 'plot', tabIndex: 0 });
    this.#canvas.setAttribute('role', 'img');
    this.#keys = make('ul', { className: 'keys' });
    this.box = make('article', { className: 'chart' }, this.#title, this.#hint, this.#canvas, this.#keys);
    this.box.dataset.chart = id;
    this.#canvas.addEventListener('keydown', event => this.#move(event));
    this.#canvas.addEventListener('blur', () => this.#plot?.setCursor({ left: -10, top: -10 }));
    new ResizeObserver(entries => this.#resize(entries[0].contentRect.width)).observe(this.#canvas);
  }

  remove() {
    this.forget();
    this.box.remove();
  }

  forget() {
    this.#plot?.destroy();
    this.#plot = null;
    this.#built = '';
  }

  show(spec, axis, range) {
    this.#spec = spec;
    this.#axis = axis;
    this.#title.textContent = spec.title;
    const stride = Math.max(...spec.curves.map(curve => curve.table.stride));
    this.#hint.textContent = spec.hint + (stride > 1 ? ` · each point is the mean of ${stride} reports` : '');
    const data = this.#data = this.#window(uPlot.join(spec.curves.map(curve => tableOf(curve, axis, spec.isLog))), range);
    this.box.dataset.points = data[0].length;
    const built = JSON.stringify([axis, spec.curves.map(curve => [curve.label, curve.color, curve.shade])]);
    if (built !== this.#built) {
      this.forget();
      this.#built = built;
      if (this.#canvas.clientWidth > 0) this.#build(data);
    } else {
      this.#plot?.setData(data);
    }
    this.#say();
  }

  #window(data, range) {
    if (range === 1 || data[0].length === 0) return data;
    const first = data[0][data[0].length - 1] - (data[0][data[0].length - 1] - data[0][0]) * range;
    const from = data[0].findIndex(at => at >= first);
    return data.map(column => column.slice(from));
  }

  #build(data) {
    const spec = this.#spec;
    const ink = style('--quiet');
    const line = { stroke: style('--line'), width: 1 };
    const font = `12px ${style('--font')}`;
    const places = (_, values) => values.map(value => (this.#axis === 'seconds' ? duration(value) : number(value)));
    this.#plot = new uPlot({
      width: this.#canvas.clientWidth,
      height,
      legend: { show: false },
      cursor: { sync: { key: 'all' }, drag: { x: false, y: false }, y: false, points: { size: 7 } },
      scales: {
        x: { time: false },
        y: spec.isLog ? { distr: 3 } : { range: (_, low, high) => this.#bounds(low, high) },
      },
      axes: [
        { stroke: ink, grid: line, ticks: line, font, values: places, space: 70, size: 34 },
        { stroke: ink, grid: line, ticks: line, font, size: 56, values: (_, values) => values.map(value => (value === null ? '' : number(value))) },
      ],
      series: [{}, ...spec.curves.map(curve => ({
        label: curve.label,
        stroke: colorOf(curve),
        width: 1.75,
        dash: curve.isDashed ? [6, 4] : undefined,
        spanGaps: true,
        // A curve of one report would not be seen without.
        points: { show: (_, series) => curve.hasPoints || this.#plot.data[series].length < 2, size: 5 },
      }))],
      hooks: {
        setCursor: [() => this.#say()],
        draw: [plot => this.#ring(plot)],
      },
    }, data, this.#canvas);
  }

  #bounds(low, high) {
    const { min, max } = this.#spec;
    if (low === null) return [min ?? 0, max ?? 1];
    const room = (high - low || Math.abs(high) || 1) * 0.06;
    return [min === undefined ? low - room : Math.min(min, low), max === undefined ? high + room : Math.max(max, high)];
  }

  /** A ring around the best of a metric. */
  #ring(plot) {
    for (const curve of this.#spec.curves) {
      if (!(curve.best >= 0)) continue;
      const [x, y] = [positions(curve, this.#axis)[curve.best], curve.ys[curve.best]];
      if (x < plot.scales.x.min || y === null) continue;
      plot.ctx.save();
      plot.ctx.beginPath();
      plot.ctx.arc(plot.valToPos(x, 'x', true), plot.valToPos(y, 'y', true), 7 * devicePixelRatio, 0, 2 * Math.PI);
      plot.ctx.strokeStyle = colorOf(curve);
      plot.ctx.lineWidth = 2 * devicePixelRatio;
      plot.ctx.stroke();
      plot.ctx.restore();
    }
  }

  /** Names and values under the chart: where the cursor is, or the newest. */
  #say() {
    const at = this.#plot?.cursor.idx;
    const values = this.#spec.curves.map((curve, i) => {
      const points = this.#plot?.data[i + 1] ?? curve.ys;
      let place = at ?? points.length - 1;
      while (place > 0 && (points[place] === null || points[place] === undefined)) place--;
      return number(points[place]);
    });
    while (this.#keys.children.length > values.length) this.#keys.lastChild.remove();
    this.#spec.curves.forEach((curve, i) => {
      const key = this.#keys.children[i] ?? this.#keys.appendChild(make('li', {}, make('i'), make('span'), make('b')));
      const [mark, name, value] = key.children;
      mark.style.borderTopColor = colorOf(curve);
      mark.style.borderTopStyle = curve.isDashed ? 'dashed' : 'solid';
      name.textContent = curve.label;
      value.textContent = values[i];
    });
    const where = at === null || at === undefined ? 'newest' : `${this.#axis} ${number(this.#plot.data[0][at])}`;
    this.#canvas.setAttribute('aria-label', `${this.#spec.title}, ${where}: ${this.#spec.curves.map((curve, i) => `${curve.label} ${values[i]}`).join(', ')}`);
  }

  #resize(width) {
    if (width === 0 || width === this.#width) return;
    this.#width = width;
    if (this.#plot) this.#plot.setSize({ width, height });
    else if (this.#spec) this.#build(this.#data);
  }

  /** Arrows, Home and End move along the curve as the mouse does; Escape lets go. */
  #move(event) {
    const plot = this.#plot;
    if (!plot || plot.data[0].length === 0) return;
    const last = plot.data[0].length - 1;
    const at = plot.cursor.idx ?? last;
    const step = event.shiftKey ? 10 : 1;
    const to = { ArrowLeft: Math.max(0, at - step), ArrowRight: Math.min(last, at + step), Home: 0, End: last, Escape: null }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    plot.setCursor(to === null ? { left: -10, top: -10 } : { left: plot.valToPos(plot.data[0][to], 'x'), top: 10 });
  }
}
