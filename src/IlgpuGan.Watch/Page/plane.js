// The one picture of a lecture: points of the plane over what D says of each place, or a sheet of images.
import { either } from './words.js';

const realSize = 0.011;
const madeSize = 0.0055;
const strongest = 0.5;

const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const bytesOf = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));

function rgb(hex) {
  return [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16));
}

export class Plane {
  #canvas;
  #shade = document.createElement('canvas');
  #sheet = null;
  #shown = '';

  constructor(canvas) {
    this.#canvas = canvas;
  }

  show(setting, sight) {
    const box = this.#canvas.getBoundingClientRect();
    const side = Math.round(Math.min(box.width, box.height) * devicePixelRatio);
    if (side === 0) return;
    if (this.#canvas.width !== side) Object.assign(this.#canvas, { width: side, height: side });
    if (setting.points) this.#drawPoints(setting.points, sight, side);
    else this.#drawSheet(sight.sheet, side);
  }

  #drawPoints({ extent, grid, reals, modes }, { points, decision }, side) {
    const pen = this.#canvas.getContext('2d');
    pen.fillStyle = style('--card');
    pen.fillRect(0, 0, side, side);
    this.#paintShade(grid, bytesOf(decision));
    pen.imageSmoothingEnabled = true;
    pen.imageSmoothingQuality = 'high';
    pen.drawImage(this.#shade, 0, 0, side, side);
    const dots = (places, radius, colour) => {
      pen.fillStyle = colour;
      pen.beginPath();
      for (let i = 0; i < places.length; i += 2) {
        const [x, y] = [(places[i] / extent + 1) * side / 2, (1 - places[i + 1] / extent) * side / 2];
        pen.moveTo(x + radius, y);
        pen.arc(x, y, radius, 0, 2 * Math.PI);
      }
      pen.fill();
    };
    dots(reals, realSize * side, style('--real'));
    dots(points, madeSize * side, style('--made'));
    const [real, made] = [reals.length / 2, points.length / 2];
    this.#canvas.setAttribute('aria-label', either(
      `${real} real points around ${modes} places, ${made} generated ones, and what D says of each place`,
      `${modes} 处周围的 ${real} 个真实点、${made} 个生成点，以及 D 对每一处的判断`));
  }

  /** Blue where D says real, orange where it says fake, nothing where it cannot tell. */
  #paintShade(grid, bytes) {
    Object.assign(this.#shade, { width: grid, height: grid });
    const pen = this.#shade.getContext('2d');
    const image = pen.createImageData(grid, grid);
    const [fake, real] = [rgb(style('--made')), rgb(style('--real'))];
    bytes.forEach((byte, i) => {
      const lean = (byte - 127.5) / 127.5;
      image.data.set([...(lean > 0 ? real : fake), 255 * strongest * Math.abs(lean)], 4 * i);
    });
    pen.putImageData(image, 0, 0);
  }

  async #drawSheet(sheet, side) {
    const wanted = this.#shown = sheet;
    if (this.#sheet?.of !== sheet) {
      const bitmap = await createImageBitmap(new Blob([bytesOf(sheet)], { type: 'image/png' }));
      // Another may have come meanwhile.
      if (this.#shown !== wanted) return;
      this.#sheet?.bitmap.close();
      this.#sheet = { of: sheet, bitmap };
    }
    const pen = this.#canvas.getContext('2d');
    const { width, height } = this.#sheet.bitmap;
    const scale = side / Math.max(width, height);
    pen.fillStyle = style('--card');
    pen.fillRect(0, 0, side, side);
    pen.imageSmoothingEnabled = true;
    pen.imageSmoothingQuality = 'high';
    pen.drawImage(this.#sheet.bitmap, (side - width * scale) / 2, (side - height * scale) / 2, width * scale, height * scale);
    this.#canvas.setAttribute('aria-label', either('Generated images of the same latents', '同一组 z 生成的图像'));
  }
}
