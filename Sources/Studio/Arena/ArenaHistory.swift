import Foundation

/// Encoded frames of what was, to look back at: when it is full, every second one is forgotten and only every other
/// is kept from then on, so that they stay evenly spread over the whole training.
package struct ArenaHistory: Sendable {
    private let capacity: Int
    private var spacing = 1
    private var offered = 0
    /// From the first to the last.
    package private(set) var frames: [Data] = []

    /// - Parameter capacity: frames that are kept, even.
    package init(capacity: Int = 600) { self.capacity = capacity }

    /// Takes in a frame, unless it lies between those that are kept.
    package mutating func offer(_ frame: Data) {
        defer { offered += 1 }
        guard offered.isMultiple(of: spacing) else { return }
        if frames.count == capacity {
            frames = frames.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
            spacing *= 2
            guard offered.isMultiple(of: spacing) else { return }
        }
        frames.append(frame)
    }
}
