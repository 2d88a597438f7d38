import Foundation

extension Canvas.Mask {
    package mutating func dot(at center: Canvas.Point, radius: Double) {
        stroke(from: center, to: center, thickness: 2 * radius)
    }

    package mutating func circle(around center: Canvas.Point, radius: Double, thickness: Double) {
        // Corners a few pixels apart look round.
        let corners = max(12, Int(2 * radius))
        let points = (0...corners).map { corner in
            let angle = 2 * Double.pi * Double(corner) / Double(corners)
            return center + radius * [cos(angle), sin(angle)]
        }
        for (from, to) in zip(points, points.dropFirst()) {
            stroke(from: from, to: to, thickness: thickness)
        }
    }

    /// Two diagonals inside a circle.
    package mutating func cross(at center: Canvas.Point, radius: Double, thickness: Double) {
        let arm = radius / 2.0.squareRoot()
        for way in [Canvas.Point(arm, arm), Canvas.Point(arm, -arm)] {
            stroke(from: center - way, to: center + way, thickness: thickness)
        }
    }

    /// An arrow with a head of a third of its length.
    package mutating func arrow(from tail: Canvas.Point, to tip: Canvas.Point, thickness: Double) {
        stroke(from: tail, to: tip, thickness: thickness)
        let back = (tail - tip) / 3
        let side = Canvas.Point(-back.y, back.x) * 0.6
        for end in [tip + back + side, tip + back - side] {
            stroke(from: tip, to: end, thickness: thickness)
        }
    }
}
