extension AvatarArtist {
    mutating func drawGlasses() {
        guard attributes.glasses != .none else { return }
        let frame = Color(0x2B2733)
        let eye = proportions.eyeDistance
        let y = 0.11
        let inner: Double
        for side in [-1.0, 1] {
            let center = Point(side * (eye + 0.01), y)
            let lens: Path =
                attributes.glasses == .round
                ? .circle(center, 0.285)
                : .roundedRectangle(center, Point(0.295, 0.235), corner: Point(0.09, 0.09))
            fill(lens, Color(0xFFFFFF).opacity(0.16))
            stroke(lens, width: 0.07, frame, .glasses, closed: true)
            let temple = Path.polygon([
                Point(side * (eye + 0.3), y - 0.06), Point(side * proportions.faceWidth * 1.0, y - 0.09),
            ])
            stroke(temple, width: 0.07, frame, .glasses)
        }
        inner = eye - 0.28
        var bridge = Path(from: Point(-inner, y - 0.04))
        bridge.curve(Point(-inner * 0.5, y - 0.1), Point(inner * 0.5, y - 0.1), to: Point(inner, y - 0.04))
        stroke(bridge, width: 0.07, frame, .glasses)
    }

    mutating func drawHat() {
        guard attributes.hat != .none else { return }
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
        var dome = Path(from: at(-1.1, brim))
        dome.curve(at(-1.14, -1.05), at(-0.66, -1.34), to: at(0, -1.34))
        dome.curve(at(0.66, -1.34), at(1.14, -1.05), to: at(1.1, brim))
        fill(dome, color, .hat)
        fill(.ellipse(Point(0, -1.34), Point(0.1, 0.05)), color.darker(0.2), .hat)
        var visor = Path(from: at(-1.08, brim - 0.06))
        visor.curve(at(-0.7, brim - 0.32), at(0.7, brim - 0.32), to: at(1.08, brim - 0.06))
        visor.curve(at(1.2, brim + 0.12), at(1.0, brim + 0.16), to: at(0.8, brim + 0.1))
        visor.curve(at(0.4, brim + 0.0), at(-0.4, brim + 0.0), to: at(-0.8, brim + 0.1))
        visor.curve(at(-1.0, brim + 0.16), at(-1.2, brim + 0.12), to: at(-1.08, brim - 0.06))
        fill(visor.moved(by: Point(0, 0.08)), skin.shade.opacity(0.6), clip: facePath)
        fill(visor, color.darker(0.22), .hat)
    }
}
