import Foundation
import GANs

/// What the page asks of a session: any of these at once, in this order.
public struct ArenaRequest: Decodable, Sendable {
    /// How the arena goes on by itself.
    public enum Mode: String, Codable, Sendable {
        /// Not at all.
        case paused
        /// Step after step.
        case training
        /// Phase after phase, slowly enough to follow.
        case slow
    }

    /// What is done once.
    public enum Step: String, Decodable, Sendable {
        /// A step of one network alone.
        case discriminator, generator
        /// A whole step.
        case both
        /// The next phase of slow motion.
        case phase
    }

    /// Drawn points.
    public struct Drawing: Decodable, Sendable {
        /// Drawn by hand, in the square from -3 to 3.
        public var points: [[Double]]?
        /// The text of a file.
        public var csv: String?

        func drawnPoints() throws(ConfigurationError) -> DrawnPoints {
            if let csv { return try DrawnPoints(csv: csv) }
            return try DrawnPoints(byHand: points ?? [])
        }
    }

    /// The points that the data called `points` has from now on.
    public var drawing: Drawing?
    /// Of one training, or of two side by side. Trainings go on by them, or begin anew where they cannot.
    public var settings: [ArenaSettings]?
    /// Begins all trainings anew.
    public var restart: Bool?
    /// How the arena goes on from now on.
    public var mode: Mode?
    /// Steps a second at most; 0 for as many as there can be.
    public var speed: Double?
    /// Whether the generator's moving average is looked at.
    public var average: Bool?
    /// What is done at once.
    public var step: Step?
    /// The place in the history of a frame to look back at.
    public var show: Int?
    /// How many frames the page has drawn; there are never more than two on the way.
    public var drawn: Int?
}

/// What a session tells the page besides frames.
public enum ArenaMessage: Sendable {
    /// What is trained now.
    case layout(ArenaLayout)
    /// How it goes on.
    case status(ArenaStatus)
    /// What could not be done, in a line, with the setting's name where one is to blame.
    case problem(String, setting: String?)
}

extension ArenaMessage: Encodable {
    private enum CodingKeys: String, CodingKey { case kind, layout, status, problem, setting }

    /// Writes the kind of the message and its content.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .layout(let layout):
            try values.encode("layout", forKey: .kind)
            try values.encode(layout, forKey: .layout)
        case .status(let status):
            try values.encode("status", forKey: .kind)
            try values.encode(status, forKey: .status)
        case .problem(let problem, let setting):
            try values.encode("problem", forKey: .kind)
            try values.encode(problem, forKey: .problem)
            try values.encodeIfPresent(setting, forKey: .setting)
        }
    }
}

/// What stays as it is until a setting changes.
public struct ArenaLayout: Encodable, Sendable {
    /// Rises whenever trainings begin anew.
    public var generation: Int
    /// Coordinates of a point.
    public var dimensions: Int
    /// The lowest and the highest of each coordinate that is shown.
    public var extent: [[Double]]
    /// The centers of the modes.
    public var modes: [[Double]]
    /// Points of a side of the discriminator's map, or along the line.
    public var mapPoints: Int
    /// Points of a side of the latent grid.
    public var gridPoints: Int
    /// Numbers in a latent of each training.
    public var latentSizes: [Int]
    /// The discriminator's loss at the equilibrium, of each training.
    public var equilibria: [Double]
    /// The settings in force, of each training.
    public var settings: [ArenaSettings]
}

/// How the arena goes on.
public struct ArenaStatus: Encodable, Sendable {
    /// By itself.
    public var mode: ArenaRequest.Mode
    /// Steps of each training a second, in the last second; 0 while none is taken.
    public var stepsPerSecond: Double
    /// Frames in the history.
    public var frames: Int
    /// The command that trains the same, of each training; nil where `gan toy` cannot.
    public var commands: [String?]
}
