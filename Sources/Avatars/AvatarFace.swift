import Images

extension AvatarArtist {
    var facePath: Path {
        let width = proportions.faceWidth
        let chin = 0.40 + 0.16 * proportions.jaw
        let cheek = 0.46 + 0.10 * proportions.jaw
        var path = Path(from: Point(0, -1))
        path.curve(Point(width * 0.6, -1), Point(width, -0.62), to: Point(width, -0.08))
        path.curve(Point(width, cheek), Point(width * chin, 1), to: Point(0, 1))
        path.curve(Point(-width * chin, 1), Point(-width, cheek), to: Point(-width, -0.08))
        path.curve(Point(-width, -0.62), Point(-width * 0.6, -1), to: Point(0, -1))
        return path
    }

    mutating func drawEars() {
        for side in [-1.0, 1] {
            let center = Point(side * proportions.faceWidth * 0.99, 0.12)
            fill(.ellipse(center, Point(0.15, 0.2)), skin.base, .skin)
            fill(.ellipse(center + Point(side * 0.03, 0.01), Point(0.075, 0.115)), skin.shade)
        }
    }

    mutating func drawFace() {
        let face = facePath
        fill(face, skin.base, .skin)
        drawFaceShade(face)
        for side in [-1.0, 1] {
            let center = Point(side * proportions.faceWidth * 0.66, 0.42)
            fill(
                .circle(center, 0.22),
                .radial(
                    center: center, skin.blush.opacity(0.42), radius: 0.22, skin.blush.opacity(0)),
                clip: face)
        }
        drawBeard()
        drawNose()
        drawMouth()
        for side in [-1.0, 1] {
            drawEye(side)
            drawBrow(side)
        }
    }

    /// The side of the face away from the light.
    private mutating func drawFaceShade(_ face: Path) {
        let width = proportions.faceWidth
        var side = Path(from: Point(width * 0.62, -1))
        side.curve(Point(width * 0.92, -0.3), Point(width * 0.95, 0.5), to: Point(width * 0.2, 1.05))
        side.line(to: Point(1.2, 1.05))
        side.line(to: Point(1.2, -1))
        fill(side, skin.shade.opacity(0.45), clip: face)
    }

    private mutating func drawEye(_ side: Double) {
        let size = proportions.eyeSize
        let center = Point(side * proportions.eyeDistance, 0.1)
        let radii = Point(0.17, 0.163) * size
        let white = Path.ellipse(center, radii)
        let iris = center + Point(0, 0.008) + proportions.gaze * Point(0.018, 0.008)
        let tone = Color(0x3A2418).mixed(with: irisColor, Float(proportions.irisTone))
        fill(white, Color(0xFFFFFF), .eyes)
        fill(.circle(iris, 0.126 * size), tone, clip: white)
        fill(.circle(iris, 0.073 * size), Color(0x1C1620), clip: white)
        // The lid's shadow on the eye, then the lid's edge itself.
        fill(
            .ellipse(center - Point(0, 0.163) * size, Point(0.195, 0.09) * size),
            Color(0x1C1620).opacity(0.16), clip: white)
        fill(.circle(iris + Point(-0.048, -0.048) * size, 0.039 * size), Color(0xFFFFFF))
        let corner = Point(radii.x * 1.02, -0.02)
        // A cubic curve rises to three quarters of its controls' height.
        let arch = Point(radii.x * 0.84, corner.y + (-radii.y - corner.y) / 0.75)
        var lid = Path(from: center + Point(-corner.x, corner.y))
        lid.curve(center + Point(-arch.x, arch.y), center + arch, to: center + corner)
        stroke(lid, width: 0.052, Color(0x2A1D22), .eyes)
    }

    private var irisColor: Color {
        // Light eyes are met with all hair colors but stay muted in dark faces.
        switch attributes.skin {
        case .porcelain, .fair: Color(0x5E9BC9)
        case .honey: Color(0x5F9A6A)
        case .caramel, .chestnut, .espresso: Color(0x8C5A34)
        }
    }

    private mutating func drawBrow(_ side: Double) {
        let y = -0.275 - proportions.browLift
        let inner = Point(side * (proportions.eyeDistance - 0.15), y + 0.03)
        let outer = Point(side * (proportions.eyeDistance + 0.19), y + 0.085)
        var brow = Path(from: inner)
        brow.curve(
            Point(inner.x + side * 0.1, y - 0.06), Point(outer.x - side * 0.1, y - 0.07), to: outer)
        stroke(brow, width: 0.075, browColor, .brows)
    }

    /// Brows stay visible on skin of nearly their own color.
    private var browColor: Color {
        switch attributes.skin {
        case .chestnut, .espresso: hair.brow.mixed(with: Color(0x1F1518), 0.5)
        default: hair.brow
        }
    }

    private mutating func drawNose() {
        let y = 0.41 + proportions.noseLength
        var nose = Path(from: Point(-0.085, y - 0.02))
        nose.curve(Point(-0.06, y + 0.065), Point(0.06, y + 0.065), to: Point(0.085, y - 0.02))
        stroke(nose, width: 0.055, skin.shade.mixed(with: Color(0x5A1A12), 0.2), .nose)
    }

    private mutating func drawMouth() {
        let width = proportions.mouthWidth
        switch attributes.mouth {
        case .neutral:
            let y = 0.685
            var lips = Path(from: Point(-width * 0.72, y))
            lips.curve(
                Point(-width * 0.3, y + 0.04), Point(width * 0.3, y + 0.04), to: Point(width * 0.72, y))
            stroke(lips, width: 0.062, mouthColor, .mouth)
        case .smiling:
            let depth = 0.235 + 0.075 * proportions.mouthOpening
            let y = 0.565
            var mouth = Path(from: Point(-width, y))
            mouth.curve(
                Point(-width * 0.5, y + 0.085), Point(width * 0.5, y + 0.085), to: Point(width, y))
            mouth.curve(
                Point(width * 0.96, y + depth * 0.6), Point(width * 0.5, y + depth),
                to: Point(0, y + depth))
            mouth.curve(
                Point(-width * 0.5, y + depth), Point(-width * 0.96, y + depth * 0.6),
                to: Point(-width, y))
            let inside = Color(0x84303C)
            // A rim rounds the corners off.
            stroke(mouth, width: 0.05, inside, .mouth, closed: true)
            fill(mouth, inside, .mouth)
            fill(
                .ellipse(Point(0, y + depth * 1.02), Point(width * 0.52, depth * 0.36)), Color(0xEC7880),
                clip: mouth)
            let teeth = Path.rectangle(Point(0, y), Point(width, depth * 0.48))
            fill(teeth, Color(0xFFFFFF), clip: mouth)
        }
    }

    /// Lips stand out from a beard around them as from bare skin.
    private var mouthColor: Color {
        attributes.beard == .none ? skin.lips : skin.lips.mixed(with: Color(0xE58A80), 0.5)
    }
}
