import Images

/// Turns an avatar into shapes, from the back to the front.
///
/// The head is drawn in coordinates of its own: the origin in the middle of the face, half the face's
/// height as the unit, the crown at y = -1 and the chin at y = 1.
struct AvatarArtist {
    let attributes: AvatarAttributes
    let proportions: Proportions
    let skin: SkinTones
    let hair: HairTones
    /// From the head's coordinates to the image's.
    let head: Placement
    /// The same without the head's lean, for neck and shoulders.
    let body: Placement
    private(set) var shapes: [Shape] = []

    init(_ avatar: Avatar) {
        attributes = avatar.attributes
        proportions = avatar.proportions
        skin = attributes.skin.tones
        hair = attributes.hairColor.tones
        let scale = 0.266 * proportions.scale
        let middle = Point(0.5, 0.522) + proportions.shift
        body = Placement(scale: scale, origin: middle)
        // The head leans about the neck, not about its own middle.
        let neck = Point(0, 1.1)
        let lean = Placement(angle: proportions.tilt)
        head = Placement(
            scale: scale, angle: proportions.tilt, origin: middle + (neck - lean(neck)) * scale)
    }

    mutating func draw() {
        drawBackground()
        drawBody()
        drawBackHair()
        drawNeck()
        drawEars()
        drawFace()
        drawFrontHair()
        drawGlasses()
        drawHat()
    }

    /// A filled path in the head's coordinates.
    mutating func fill(_ path: Path, _ paint: Paint, _ label: AvatarLabel? = nil, clip: Path? = nil) {
        shapes.append(Shape(path: path, paint: paint, label: label, clip: clip).placed(head))
    }

    mutating func fill(_ path: Path, _ color: Color, _ label: AvatarLabel? = nil, clip: Path? = nil) {
        fill(path, .color(color), label, clip: clip)
    }

    /// A line with round ends in the head's coordinates.
    mutating func stroke(
        _ path: Path, width: Double, _ color: Color, _ label: AvatarLabel? = nil, closed: Bool = false,
        clip: Path? = nil
    ) {
        let pen = closed ? Shape.Pen.closedStroke(width) : .stroke(width)
        let shape = Shape(path: path, pen: pen, paint: .color(color), label: label, clip: clip)
        shapes.append(shape.placed(head))
    }

    /// A shape in the image's own coordinates.
    mutating func addPlaced(_ shape: Shape) {
        shapes.append(shape)
    }

    /// A shape in the coordinates of neck and shoulders.
    mutating func addToBody(_ shape: Shape) {
        shapes.append(shape.placed(body))
    }

    private mutating func drawBackground() {
        let color = attributes.background.color
        let everything = Path.rectangle(Point(0.5, 0.5), Point(0.5, 0.5))
        shapes.append(
            Shape(
                path: everything,
                paint: .linear(
                    from: Point(0.5, 0), color.lighter(0.12), to: Point(0.5, 1), color.darker(0.04)),
                label: .background))
        shapes.append(
            Shape(path: .circle(Point(0.5, 0.5), 0.43), paint: .color(color.lighter(0.42))))
    }
}
