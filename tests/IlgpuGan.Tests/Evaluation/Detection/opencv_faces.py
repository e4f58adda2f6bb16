"""Prints what OpenCV's cascades find in pictures.

usage: opencv_faces.py FOLDER CASCADE...

For each cascade and each file of FOLDER, in the order of their names, a line of the rectangles that detectMultiScale gives with its defaults: x,y,width,height, sorted, with spaces between.
"""
import os
import sys

import cv2

pictures = [cv2.cvtColor(cv2.imread(os.path.join(sys.argv[1], name)), cv2.COLOR_BGR2GRAY) for name in sorted(os.listdir(sys.argv[1]))]
for path in sys.argv[2:]:
    cascade = cv2.CascadeClassifier(path)
    if cascade.empty():
        raise SystemExit(f"OpenCV does not read {path}.")
    for picture in pictures:
        print(" ".join(",".join(map(str, face)) for face in sorted(map(tuple, cascade.detectMultiScale(picture)))))
