import Images

/// Red, green, blue (sRGB) and opacity, each from 0 to 1.
typealias Color = SIMD4<Float>

extension SIMD4<Float> {
    /// An opaque color from its usual six-digit code, such as 0xF2705E.
    init(_ code: UInt32) {
        self.init(Float(code >> 16 & 0xFF), Float(code >> 8 & 0xFF), Float(code & 0xFF), 255)
        self /= 255
    }

    func opacity(_ opacity: Float) -> Color {
        Color(x, y, z, opacity)
    }

    /// The color mixed with `part` of another.
    func mixed(with other: Color, _ part: Float) -> Color {
        self + (other - self) * part
    }

    func lighter(_ part: Float) -> Color { mixed(with: Color(0xFFFFFF), part) }

    /// Darker toward a cool night blue, which keeps shadows from turning muddy.
    func darker(_ part: Float) -> Color { mixed(with: Color(0x1B1530), part) }
}

/// What a shape is filled with.
enum Paint {
    case color(Color)
    case linear(from: Point, Color, to: Point, Color)
    case radial(center: Point, Color, radius: Double, Color)

    func color(at point: Point) -> Color {
        switch self {
        case .color(let color):
            return color
        case .linear(let from, let first, let to, let second):
            let way = to - from
            let part = ((point - from) * way).sum() / (way * way).sum()
            return first.mixed(with: second, Float(min(max(part, 0), 1)))
        case .radial(let center, let inner, let radius, let outer):
            return inner.mixed(with: outer, Float(min((point - center).length / radius, 1)))
        }
    }

    func placed(_ placement: Placement) -> Paint {
        switch self {
        case .color:
            return self
        case .linear(let from, let first, let to, let second):
            return .linear(from: placement(from), first, to: placement(to), second)
        case .radial(let center, let inner, let radius, let outer):
            return .radial(center: placement(center), inner, radius: radius * placement.scale, outer)
        }
    }
}
