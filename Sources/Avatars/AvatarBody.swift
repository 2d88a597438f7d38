import Images

extension AvatarArtist {
    /// Shoulders in clothes.
    mutating func drawBody() {
        let color = attributes.clothingColor.color
        let shoulders = shouldersPath
        addToBody(Shape(path: shoulders, paint: .color(color), label: .clothing))
        // The side away from the light.
        var side = Path(from: Point(0.75, 2.6))
        side.curve(Point(0.62, 2.2), Point(0.75, 1.7), to: Point(1.0, 1.3))
        side.line(to: Point(2.4, 1.3))
        side.line(to: Point(2.4, 2.6))
        addToBody(Shape(path: side, paint: .color(color.darker(0.3).opacity(0.35)), clip: shoulders))
        if attributes.clothing == .hoodie { drawHood(color) }
    }

    private var shouldersPath: Path {
        let width = proportions.shoulders
        var path = Path(from: Point(-width, 2.6))
        path.curve(Point(-width, 1.75), Point(-width * 0.86, 1.5), to: Point(-0.62, 1.36))
        path.curve(Point(-0.46, 1.3), Point(-0.4, 1.26), to: Point(-0.36, 1.2))
        path.line(to: Point(0.36, 1.2))
        path.curve(Point(0.4, 1.26), Point(0.46, 1.3), to: Point(0.62, 1.36))
        path.curve(Point(width * 0.86, 1.5), Point(width, 1.75), to: Point(width, 2.6))
        return path
    }

    /// The hood lying around the neck, seen behind it.
    private mutating func drawHood(_ color: Color) {
        let hood = Path.ellipse(Point(0, 1.38), Point(0.86, 0.36))
        addToBody(Shape(path: hood, paint: .color(color.darker(0.18)), label: .clothing))
    }

    /// Neck, the chin's shadow on it, and what of the clothes lies in front of it.
    mutating func drawNeck() {
        var neck = Path(from: Point(-0.34, 0.5))
        neck.line(to: Point(-0.34, 1.12))
        neck.curve(Point(-0.34, 1.3), Point(-0.46, 1.34), to: Point(-0.52, 1.38))
        neck.curve(Point(-0.36, 1.72), Point(0.36, 1.72), to: Point(0.52, 1.38))
        neck.curve(Point(0.46, 1.34), Point(0.34, 1.3), to: Point(0.34, 1.12))
        neck.line(to: Point(0.34, 0.5))
        addToBody(Shape(path: neck, paint: .color(skin.base), label: .skin))
        let shadow = facePath.moved(by: Point(0.03, 0.17)).map(head.callAsFunction)
        addPlaced(
            Shape(path: shadow, paint: .color(skin.shade), clip: neck.map(body.callAsFunction)))
        drawCollar()
    }

    private mutating func drawCollar() {
        let color = attributes.clothingColor.color
        let edge = color.darker(0.2)
        switch attributes.clothing {
        case .tee:
            var collar = Path(from: Point(-0.53, 1.37))
            collar.curve(Point(-0.36, 1.73), Point(0.36, 1.73), to: Point(0.53, 1.37))
            addToBody(Shape(path: collar, pen: .stroke(0.085), paint: .color(edge), label: .clothing))
        case .shirt:
            var flap = Path(from: Point(-0.40, 1.22))
            flap.line(to: Point(-0.62, 1.36))
            flap.line(to: Point(-0.50, 1.80))
            flap.line(to: Point(0, 1.62))
            flap.curve(Point(-0.2, 1.52), Point(-0.36, 1.4), to: Point(-0.40, 1.22))
            for flap in [flap, flap.mirrored] {
                addToBody(Shape(path: flap, paint: .color(color.lighter(0.28)), label: .clothing))
            }
            let seam = Path.polygon([Point(0, 1.64), Point(0, 2.2)])
            addToBody(Shape(path: seam, pen: .stroke(0.035), paint: .color(edge)))
            addToBody(Shape(path: .circle(Point(0.09, 1.84), 0.035), paint: .color(edge)))
        case .hoodie:
            var rim = Path(from: Point(-0.7, 1.2))
            rim.curve(Point(-0.66, 1.5), Point(-0.3, 1.72), to: Point(0, 1.74))
            rim.curve(Point(0.3, 1.72), Point(0.66, 1.5), to: Point(0.7, 1.2))
            rim.curve(Point(0.98, 1.36), Point(0.72, 1.9), to: Point(0, 1.96))
            rim.curve(Point(-0.72, 1.9), Point(-0.98, 1.36), to: Point(-0.7, 1.2))
            addToBody(Shape(path: rim, paint: .color(color.lighter(0.12)), label: .clothing))
            for side in [-1.0, 1] {
                let cord = Path.polygon([Point(0.24 * side, 1.84), Point(0.22 * side, 2.2)])
                addToBody(Shape(path: cord, pen: .stroke(0.05), paint: .color(color.lighter(0.6))))
            }
        }
    }
}
