import Images

extension AvatarArtist {
    /// The hat's lower edge: hair above it lies under the hat.
    static let brim = -0.48

    /// Where hair shows: everywhere, or below the hat.
    private var hairClip: Path? {
        attributes.hat == .none
            ? nil : Path.rectangle(Point(0, Self.brim + 4), Point(4, 4.05))
    }

    /// A position on the head: x in half widths of the face, y in half heights.
    func at(_ x: Double, _ y: Double) -> Point {
        Point(x * proportions.faceWidth, y)
    }

    /// A position in the hair: `x` and `y` as for `at`, moved away from the center of the face by the volume
    /// of the hair.
    private func hairAt(_ x: Double, _ y: Double) -> Point {
        let point = at(x, y) * (1 + (proportions.hairVolume - 1) * 0.5)
        guard attributes.hat != .none else { return point }
        // A hat holds the hair together; it falls free below.
        let widest = proportions.faceWidth * (1.06 + 0.3 * max(point.y - Self.brim, 0))
        return Point(min(max(point.x, -widest), widest), point.y)
    }

    /// Hair behind neck and head.
    mutating func drawBackHair() {
        let color = hair.shade
        switch attributes.hair {
        case .bald, .buzz, .short, .parted:
            break
        case .fringe:
            fill(
                symmetric([
                    (0, -1.24), (0.75, -1.1), (1.2, -0.5), (1.3, 0.3), (1.22, 0.86), (0.9, 0.98), (0, 0.9),
                ]), color, .hair, clip: hairClip)
        case .wavy:
            fill(
                symmetric([
                    (0, -1.24), (0.75, -1.1), (1.2, -0.55), (1.3, -0.12), (1.2, 0.24), (1.38, 0.6),
                    (1.26, 0.94), (1.3, 1.22), (0.9, 1.36), (0, 1.1),
                ]), color, .hair, clip: hairClip)
        case .long:
            fill(
                symmetric([
                    (0, -1.22), (0.75, -1.08), (1.2, -0.5), (1.3, 0.3), (1.42, 1.1), (1.3, 1.62), (0.9, 1.74),
                    (0.5, 1.5), (0, 1.3),
                ]), color, .hair, clip: hairClip)
        case .curly:
            fill(cloud, hair.base, .hair, clip: hairClip)
        case .bun:
            guard attributes.hat == .none else { break }
            let volume = proportions.hairVolume
            let center = Point(0, -1.27)
            fill(.ellipse(center, Point(0.36, 0.3) * volume), hair.base, .hair)
            var fold = Path(from: center + Point(-0.22, 0.04) * volume)
            fold.curve(
                center + Point(-0.1, -0.16) * volume, center + Point(0.12, -0.16) * volume,
                to: center + Point(0.2, -0.02) * volume)
            stroke(fold, width: 0.05, hair.gloss)
        }
    }

    /// Hair over forehead and temples, with its shade on the face.
    mutating func drawFrontHair() {
        guard let front = frontHair else {
            drawScalpLight()
            return
        }
        if attributes.hair != .buzz {
            fill(front.moved(by: Point(0.015, 0.075)), skin.shade.opacity(0.75), clip: facePath)
        }
        let color = attributes.hair == .buzz ? hair.base.mixed(with: skin.base, 0.22) : hair.base
        fill(front, color, .hair, clip: hairClip)
        guard attributes.hat == .none, attributes.hair != .buzz else { return }
        if attributes.hair == .curly {
            drawCurlStrands()
            return
        }
        var light = Path(from: hairAt(-0.66, -0.72))
        light.curve(hairAt(-0.5, -0.98), hairAt(-0.25, -1.06), to: hairAt(-0.05, -1.07))
        stroke(light, width: 0.07, hair.gloss, clip: front)
    }

    private mutating func drawScalpLight() {
        guard attributes.hat == .none else { return }
        var light = Path(from: at(-0.62, -0.62))
        light.curve(at(-0.5, -0.8), at(-0.3, -0.88), to: at(-0.18, -0.88))
        stroke(light, width: 0.07, skin.base.lighter(0.45).opacity(0.7))
    }

    private var frontHair: Path? {
        switch attributes.hair {
        case .bald: nil
        case .buzz: buzz
        case .short: short
        case .parted: proportions.mirrored ? parted.mirrored : parted
        case .fringe: fringe
        case .wavy: proportions.mirrored ? wavy.mirrored : wavy
        case .long: proportions.mirrored ? long.mirrored : long
        case .curly: curls
        case .bun: swept
        }
    }

    /// A smooth outline given by its right half, from the middle's top to the middle's bottom.
    private func symmetric(_ half: [(Double, Double)]) -> Path {
        let right = half.map { hairAt($0.0, $0.1) }
        let left = right.dropFirst().dropLast().reversed().map { Point(-$0.x, $0.y) }
        return .blob(right + left)
    }

    /// Hair from one temple over the crown to the other, and back along the hairline.
    private func cap(crown: [(Double, Double)], hairline: [(Double, Double)]) -> Path {
        strip(
            from: crown.map { hairAt($0.0, $0.1) }, backAlong: hairline.map { at($0.0, $0.1) })
    }

    /// The area between two smooth lines, with corners where the one ends and the other begins.
    private func strip(from outer: [Point], backAlong inner: [Point]) -> Path {
        var path = Path(from: outer[0])
        path.spline(through: Array(outer.dropFirst()))
        path.line(to: inner[0])
        path.spline(through: Array(inner.dropFirst()))
        return path
    }

    private var buzz: Path {
        cap(
            crown: [
                (-1.0, -0.02), (-1.02, -0.4), (-0.78, -0.85), (-0.3, -1.05), (0.3, -1.05), (0.78, -0.85),
                (1.02, -0.4), (1.0, -0.02),
            ],
            hairline: [
                (0.9, -0.05), (0.84, -0.36), (0.6, -0.56), (0, -0.6), (-0.6, -0.56), (-0.84, -0.36),
                (-0.9, -0.05),
            ])
    }

    private var short: Path {
        cap(
            crown: [
                (-0.99, 0.06), (-1.1, -0.4), (-0.98, -0.9), (-0.5, -1.2), (0.1, -1.27), (0.66, -1.16),
                (1.04, -0.84), (1.1, -0.4), (0.99, 0.06),
            ],
            hairline: [
                (0.87, 0.0), (0.84, -0.3), (0.7, -0.52), (0.36, -0.46), (0.0, -0.56), (-0.36, -0.46),
                (-0.7, -0.54), (-0.84, -0.3), (-0.87, 0.0),
            ])
    }

    private var parted: Path {
        cap(
            crown: [
                (-0.99, 0.06), (-1.1, -0.42), (-0.92, -0.92), (-0.5, -1.16), (0.1, -1.28), (0.7, -1.16),
                (1.06, -0.8), (1.12, -0.36), (0.99, 0.06),
            ],
            hairline: [
                (0.86, -0.02), (0.88, -0.28), (0.7, -0.42), (0.3, -0.46), (-0.1, -0.6), (-0.42, -0.86),
                (-0.56, -0.62), (-0.82, -0.36), (-0.87, 0.0),
            ])
    }

    private var fringe: Path {
        cap(
            crown: [
                (-1.16, 0.72), (-1.24, 0.1), (-1.16, -0.6), (-0.72, -1.1), (0, -1.26), (0.72, -1.1),
                (1.16, -0.6), (1.24, 0.1), (1.16, 0.72),
            ],
            hairline: [
                (0.93, 0.66), (0.96, 0.2), (0.84, -0.28), (0.42, -0.39), (0, -0.41), (-0.42, -0.39),
                (-0.84, -0.28), (-0.96, 0.2), (-0.93, 0.66),
            ])
    }

    private var wavy: Path {
        cap(
            crown: [
                (-1.06, 1.24), (-1.32, 1.1), (-1.28, 0.9), (-1.4, 0.58), (-1.22, 0.24), (-1.32, -0.12),
                (-1.18, -0.58), (-0.76, -1.1), (0, -1.27), (0.76, -1.1), (1.18, -0.58), (1.32, -0.12),
                (1.22, 0.24), (1.4, 0.58), (1.28, 0.9), (1.32, 1.1), (1.06, 1.24),
            ],
            hairline: [
                (0.92, 1.0), (1.06, 0.7), (0.92, 0.36), (1.02, 0.08), (0.8, -0.28), (0.36, -0.44),
                (-0.1, -0.64), (-0.36, -0.88), (-0.56, -0.56), (-0.9, -0.24), (-1.02, 0.08), (-0.92, 0.36),
                (-1.06, 0.7), (-0.92, 1.0), (-1.06, 1.24),
            ])
    }

    private var long: Path {
        cap(
            crown: [
                (-1.0, 1.62), (-1.34, 1.46), (-1.36, 1.0), (-1.25, 0.2), (-1.14, -0.55), (-0.72, -1.08),
                (0, -1.24), (0.72, -1.08), (1.14, -0.55), (1.25, 0.2), (1.36, 1.0), (1.34, 1.46), (1.0, 1.62),
            ],
            hairline: [
                (0.86, 1.3), (0.96, 0.8), (0.98, 0.3), (0.86, -0.18), (0.46, -0.5), (-0.16, -0.84),
                (-0.5, -0.5), (-0.88, -0.14), (-0.98, 0.3), (-0.96, 0.8), (-0.86, 1.3), (-1.0, 1.62),
            ])
    }

    private var swept: Path {
        cap(
            crown: [
                (-0.99, 0.04), (-1.07, -0.42), (-0.82, -0.96), (-0.36, -1.16), (0.36, -1.16), (0.82, -0.96),
                (1.07, -0.42), (0.99, 0.04),
            ],
            hairline: [
                (0.89, -0.02), (0.84, -0.32), (0.56, -0.6), (0, -0.74), (-0.56, -0.6), (-0.84, -0.32),
                (-0.89, -0.02),
            ])
    }

    /// Round hair behind the head, bumpy at its edge; under a hat it bulges out below.
    private var cloud: Path {
        let hatted = attributes.hat != .none
        let radii = (hatted ? Point(0.98, 0.66) : Point(1.02, 0.98)) * proportions.hairVolume
        let center = Point(0, hatted ? 0.02 : -0.36)
        var path = Path.ellipse(center, radii)
        for bump in 0...16 {
            let angle = (Double(bump) / 16 * 1.5 + 0.75) * Double.pi
            path.append(.circle(center + radii * 0.98 * Point(angle: angle), 0.19))
        }
        return path
    }

    /// Curls over the forehead.
    private var curls: Path {
        var path = cap(
            crown: [
                (-0.96, -0.1), (-1.1, -0.5), (-0.8, -0.98), (0, -1.14), (0.8, -0.98), (1.1, -0.5),
                (0.96, -0.1),
            ],
            hairline: [
                (0.9, -0.1), (0.86, -0.42), (0.5, -0.62), (0, -0.66), (-0.5, -0.62), (-0.86, -0.42),
                (-0.9, -0.1),
            ])
        for (x, y) in [
            (-0.95, -0.16), (-0.88, -0.38), (-0.62, -0.56), (-0.3, -0.6), (0.02, -0.62), (0.33, -0.6),
            (0.63, -0.55), (0.88, -0.38), (0.95, -0.16),
        ] {
            path.append(.circle(at(x, y), 0.15))
        }
        return path
    }

    /// Strands that show the curls inside the hair's round shape.
    private mutating func drawCurlStrands() {
        for (x, y) in [
            (-0.78, -0.72), (-0.42, -0.98), (0.02, -0.86), (0.42, -1.04), (0.8, -0.74), (-1.02, -0.3),
            (1.02, -0.3), (-0.02, -1.2),
        ] {
            let start = at(x, y) * proportions.hairVolume
            var strand = Path(from: start + Point(-0.1, 0.03))
            strand.curve(
                start + Point(-0.08, -0.1), start + Point(0.08, -0.1), to: start + Point(0.1, 0.03))
            stroke(strand, width: 0.045, hair.gloss.opacity(0.55), clip: hairClip)
        }
    }

    /// A short full beard along the jaw, around the mouth.
    mutating func drawBeard() {
        guard attributes.beard == .full else { return }
        let outer = [
            (-1.03, -0.02), (-1.04, 0.4), (-0.8, 0.86), (-0.3, 1.1), (0.3, 1.1), (0.8, 0.86), (1.04, 0.4),
            (1.03, -0.02),
        ]
        let inner = [
            (0.9, 0.0), (0.86, 0.34), (0.62, 0.5), (0.3, 0.5), (0, 0.54), (-0.3, 0.5), (-0.62, 0.5),
            (-0.86, 0.34), (-0.9, 0.0),
        ]
        let outline = strip(from: outer.map { at($0.0, $0.1) }, backAlong: inner.map { at($0.0, $0.1) })
        fill(outline, hair.brow, .beard)
    }
}
