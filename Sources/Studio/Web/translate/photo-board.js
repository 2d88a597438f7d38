// A photo that is translated as it is.

import { fit, fromCanvas, toPicture } from "/web/shared/pixels.js";

export class PhotoBoard {
    /** Photos are brought to at most `most` pixels a side. */
    constructor(canvas, { width, height }, most, changed) {
        Object.assign(this, { canvas, most, changed });
        [canvas.width, canvas.height] = [width, height];
    }

    image() {
        return fromCanvas(this.canvas, 3);
    }

    load(image) {
        this.loadPicture(toPicture(image));
    }

    loadPicture(picture) {
        fit(this.canvas, picture, { most: this.most });
        this.changed();
    }
}
