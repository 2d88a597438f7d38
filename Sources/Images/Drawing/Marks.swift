extension Canvas.Mask {
    /// Covers what lies within half of `thickness` of the line between two points.
    package mutating func stroke(from: Point, to: Point, thickness: Double) {
        cover(Path.polygon([from, to]).stroked(width: thickness))
    }

    package mutating func dot(at center: Point, radius: Double) {
        cover(Path.circle(center, radius).filled())
    }

    package mutating func circle(around center: Point, radius: Double, thickness: Double) {
        cover(Path.circle(center, radius).stroked(width: thickness, closed: true))
    }

    /// Draws two diagonals inside a circle.
    package mutating func cross(at center: Point, radius: Double, thickness: Double) {
        let arm = radius / 2.0.squareRoot()
        for diagonal in [Point(arm, arm), Point(arm, -arm)] {
            stroke(from: center - diagonal, to: center + diagonal, thickness: thickness)
        }
    }

    /// Draws an arrow with a head of a third of its length.
    package mutating func arrow(from tail: Point, to tip: Point, thickness: Double) {
        stroke(from: tail, to: tip, thickness: thickness)
        let back = (tail - tip) / 3
        let side = Point(-back.y, back.x) * 0.6
        for end in [tip + back + side, tip + back - side] {
            stroke(from: tip, to: end, thickness: thickness)
        }
    }
}
