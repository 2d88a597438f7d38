import Foundation

/// A point or a direction in the plane, x to the right and y down.
package typealias Point = SIMD2<Double>

extension SIMD2<Double> {
    /// The unit vector at an angle, in radians clockwise from the right.
    package init(angle: Double) {
        self.init(cos(angle), sin(angle))
    }

    package var length: Double { (self * self).sum().squareRoot() }

    /// The unit vector a quarter turn from this direction; zero where this is zero.
    var normal: Point {
        let length = length
        return length > 0 ? Point(-y, x) / length : .zero
    }
}

/// A rotation, a uniform scale and a translation.
package struct Placement {
    let turn: Point
    let origin: Point

    /// - Parameter angle: clockwise on the image, in radians.
    package init(scale: Double = 1, angle: Double = 0, origin: Point = .zero) {
        self.turn = Point(angle: angle) * scale
        self.origin = origin
    }

    package var scale: Double { turn.length }

    package func callAsFunction(_ point: Point) -> Point {
        Point(turn.x * point.x - turn.y * point.y, turn.y * point.x + turn.x * point.y) + origin
    }
}
