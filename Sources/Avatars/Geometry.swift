import Foundation

/// A place or a direction in the plane, x to the right and y down.
typealias Point = SIMD2<Double>

extension SIMD2<Double> {
    /// The direction at this angle, in radians clockwise from the right, of length 1.
    init(angle: Double) {
        self.init(cos(angle), sin(angle))
    }

    var length: Double { (self * self).sum().squareRoot() }

    /// The direction a quarter turn from this one, of length 1; zero where this is zero.
    var normal: Point {
        let length = length
        return length > 0 ? Point(-y, x) / length : .zero
    }
}

/// Turn, uniform scale and move: what carries the head's own coordinates to the image's.
struct Placement {
    let turn: Point
    let origin: Point

    /// - Parameter angle: clockwise on the image, in radians.
    init(scale: Double = 1, angle: Double = 0, origin: Point = .zero) {
        self.turn = Point(angle: angle) * scale
        self.origin = origin
    }

    var scale: Double { turn.length }

    func callAsFunction(_ point: Point) -> Point {
        Point(turn.x * point.x - turn.y * point.y, turn.y * point.x + turn.x * point.y) + origin
    }
}
