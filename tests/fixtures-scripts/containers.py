"""Writes tests/IlgpuGan.Tests/Fixtures/containers: small HDF5 files of h5py (3.7 with HDF5 1.10), whose images are those of NumpyFiles.Pixels(5, 16, 3)."""
import io
import pathlib

import h5py
import numpy as np
from PIL import Image

folder = pathlib.Path(__file__).parent.parent / 'IlgpuGan.Tests' / 'Fixtures' / 'containers'
folder.mkdir(parents=True, exist_ok=True)
count, side = 5, 16
pixels = (np.arange(count * side * side * 3) * 37 // 5 % 256).astype('uint8').reshape(count, side, side, 3)
planes = np.ascontiguousarray(pixels.transpose(0, 3, 1, 2))
labels = np.array([0, 2, 1, 2, 0])


def write(name, fill, **options):
    with h5py.File(folder / f'{name}.h5', 'w', **options) as file:
        fill(file)


def studiogan(file):
    file.create_dataset('imgs', data=planes, dtype='uint8', chunks=(2, 3, side, side), maxshape=(None, 3, side, side))
    file.create_dataset('labels', data=labels, dtype='int64', chunks=(2,), maxshape=(None,))


def packed(file):
    file.create_dataset('images', data=pixels, chunks=(2, 8, 16, 3), compression='gzip', shuffle=True)
    file.create_dataset('labels', data=labels.astype('uint8'))


def lzf(file):
    file.create_dataset('images', data=pixels, chunks=(2, 16, 16, 3), compression='lzf')


def lzf_smooth(file):
    file.create_dataset('images', data=np.repeat(np.arange(count), side * side * 3).reshape(pixels.shape).astype('float32'), chunks=(2, 16, 16, 3), compression='lzf', shuffle=True)


def lzf_noise(file):
    file.create_dataset('images', data=np.random.default_rng(1).integers(0, 65536, (1, side, side)).astype('uint16'), chunks=(1, 16, 16), compression='lzf', shuffle=True)


def fractions(file):
    file.create_dataset('train/images', data=pixels.astype('float32') / 127.5 - 1, chunks=True, compression='gzip')
    file.create_dataset('train/kind', data=np.array(['cat', 'dog', 'cat', 'dog', 'cow'], dtype=h5py.string_dtype()))
    file.create_dataset('train/smiling', data=np.array([True, False, True, True, False]))
    file.create_dataset('test/images', data=pixels[:1].astype('float32'))


def beyond(file):
    values = pixels[:1].astype('float32')
    values[-1, -1, -1, -1] = 700
    file['images'] = values


def bigendian(file):
    file['images'] = pixels[:1].astype('>f4')


def files(file):
    data = file.create_dataset('images', (count,), dtype=h5py.vlen_dtype('uint8'))
    for i in range(count):
        buffer = io.BytesIO()
        Image.fromarray(pixels[i]).save(buffer, 'png')
        data[i] = np.frombuffer(buffer.getvalue(), dtype='uint8')


def virtual(file):
    layout = h5py.VirtualLayout(shape=pixels.shape, dtype='uint8')
    layout[:] = h5py.VirtualSource('packed.h5', 'images', shape=pixels.shape)
    file.create_virtual_dataset('images', layout)


def linked(file):
    file['images'] = h5py.ExternalLink('packed.h5', '/images')
    file['labels'] = labels.astype('uint8')


def beside(file):
    file['images'] = pixels[:2]
    file['label'] = h5py.ExternalLink('packed.h5', '/labels')


def many_links(file):
    for i in range(12):
        file[f'link{i}'] = h5py.SoftLink('/nowhere')
    file['images'] = h5py.ExternalLink('packed.h5', '/images')


# Who uses it writes a path over the signs.
def through(file):
    file.create_group('other')['in'] = h5py.ExternalLink('#' * 120, '/images')
    file['images'] = h5py.SoftLink('/other/in')


def raw(file):
    file.create_dataset('images', (2, side, side), 'uint8', external=[('packed.h5', 0, 2 * side * side)])


def loop(file):
    group = file.create_group('a')
    group['images'] = pixels[:1]
    group['again'] = group
    group['above'] = h5py.SoftLink('/')
    file['b'] = group


for fill in [studiogan, packed, lzf, lzf_smooth, lzf_noise, fractions, beyond, bigendian, files, virtual, linked, beside, loop]:
    write(fill.__name__, fill)
write('latest', packed, libver='latest')
for fill in [many_links, through, raw]:
    write(fill.__name__, fill, libver='latest')
write('userblock', packed, userblock_size=1024)
write('userblock512', packed, userblock_size=512)
