import Images

extension AvatarArtist {
    mutating func drawGlasses() {
        guard attributes.glasses != .none else { return }
        let frame = Color(0x2B2733)
        let eye = proportions.eyeDistance
        let y = 0.11
        for side in [-1.0, 1] {
            let center = Point(side * (eye + 0.01), y)
            let lens: Path =
                attributes.glasses == .round
                ? .circle(center, 0.285)
                : .roundedRectangle(center, Point(0.295, 0.235), corner: Point(0.09, 0.09))
            fill(lens, Color(0xFFFFFF).opacity(0.11))
            stroke(lens, width: 0.07, frame, .glasses, closed: true)
            let temple = Path.polygon([
                Point(side * (eye + 0.3), y - 0.06), Point(side * proportions.faceWidth, y - 0.09),
            ])
            stroke(temple, width: 0.07, frame, .glasses, clip: facePath)
        }
        let inner = eye - 0.28
        var bridge = Path(from: Point(-inner, y - 0.04))
        bridge.curve(Point(-inner * 0.5, y - 0.1), Point(inner * 0.5, y - 0.1), to: Point(inner, y - 0.04))
        stroke(bridge, width: 0.07, frame, .glasses)
    }

    mutating func drawHat() {
        switch attributes.hat {
        case .none: break
        case .beanie: drawBeanie()
        case .cap: drawCap()
        }
    }

    private mutating func drawBeanie() {
        let color = attributes.hatColor.color
        let brim = Self.brim
        var dome = Path(from: at(-1.1, brim - 0.1))
        dome.curve(at(-1.12, -1.1), at(-0.62, -1.46), to: at(0, -1.46))
        dome.curve(at(0.62, -1.46), at(1.12, -1.1), to: at(1.1, brim - 0.1))
        fill(.circle(Point(0, -1.5), 0.17), color.lighter(0.35), .hat)
        fill(dome, color, .hat)
        for x in [-0.5, 0, 0.5] {
            var rib = Path(from: at(x, brim - 0.2))
            rib.curve(at(x * 1.05, -0.9), at(x * 0.9, -1.2), to: at(x * 0.55, -1.36))
            stroke(rib, width: 0.04, color.darker(0.16))
        }
        let band = Path.roundedRectangle(
            Point(0, brim - 0.12), Point(proportions.faceWidth * 1.15, 0.17), corner: Point(0.12, 0.12))
        fill(band.moved(by: Point(0, 0.06)), skin.shade.opacity(0.6), clip: facePath)
        fill(band, color.darker(0.14), .hat)
    }

    private mutating func drawCap() {
        let color = attributes.hatColor.color
        let brim = Self.brim
        var dome = Path(from: at(-1.1, brim - 0.02))
        dome.curve(at(-1.14, -1.05), at(-0.66, -1.36), to: at(0, -1.36))
        dome.curve(at(0.66, -1.36), at(1.14, -1.05), to: at(1.1, brim - 0.02))
        fill(.ellipse(Point(0, -1.36), Point(0.1, 0.06)), color.darker(0.25), .hat)
        fill(dome, color, .hat)
        for side in [-1.0, 1] {
            var seam = Path(from: at(side * 0.06, -1.34))
            seam.curve(at(side * 0.4, -1.28), at(side * 0.62, -0.95), to: at(side * 0.64, brim - 0.2))
            stroke(seam, width: 0.035, color.darker(0.16))
        }
        var visor = Path(from: at(-1.16, brim + 0.02))
        visor.curve(at(-0.9, brim - 0.42), at(0.9, brim - 0.42), to: at(1.16, brim + 0.02))
        visor.curve(at(1.2, brim + 0.12), at(1.1, brim + 0.12), to: at(1.0, brim + 0.09))
        visor.curve(at(0.5, brim), at(-0.5, brim), to: at(-1.0, brim + 0.09))
        visor.curve(at(-1.1, brim + 0.12), at(-1.2, brim + 0.12), to: at(-1.16, brim + 0.02))
        fill(visor.moved(by: Point(0, 0.09)), skin.shade.opacity(0.6), clip: facePath)
        fill(visor, color.darker(0.24), .hat)
        var edge = Path(from: at(-1.0, brim - 0.16))
        edge.curve(at(-0.6, brim - 0.36), at(0.6, brim - 0.36), to: at(1.0, brim - 0.16))
        stroke(edge, width: 0.035, color.darker(0.4), clip: visor)
    }
}
