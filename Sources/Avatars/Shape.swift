import Images

/// Something drawn, in coordinates where the image is the unit square.
struct Shape {
    enum Pen {
        case fill
        /// Along an open or a closed path, of the given width.
        case stroke(Double)
        case closedStroke(Double)
    }

    var path: Path
    var pen = Pen.fill
    var paint: Paint
    /// The shape's label; nil for light and shade, which do not change labels.
    var label: AvatarLabel?
    /// Where the shape is visible; nil: everywhere.
    var clip: Path?

    func placed(_ placement: Placement) -> Shape {
        let pen: Pen =
            switch pen {
            case .fill: .fill
            case .stroke(let width): .stroke(width * placement.scale)
            case .closedStroke(let width): .closedStroke(width * placement.scale)
            }
        return Shape(
            path: path.map(placement.callAsFunction), pen: pen, paint: paint.placed(placement),
            label: label, clip: clip?.map(placement.callAsFunction))
    }

    /// The polygons to fill on an image of `size` pixels, strokes at least `thinnest` pixels wide.
    func contours(size: Int, thinnest: Double) -> Contours {
        let scale = Double(size)
        return switch pen {
        case .fill: path.filled(scale: scale)
        case .stroke(let width):
            path.stroked(scale: scale, width: max(width * scale, thinnest), closed: false)
        case .closedStroke(let width):
            path.stroked(scale: scale, width: max(width * scale, thinnest), closed: true)
        }
    }
}
