import ArgumentParser
import Files
import Foundation
import GANs
import Images
import Tensors

/// `gan interpolate`
struct InterpolateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "interpolate",
        abstract: "Interpolation: walk from image to image through a generator's latent space.",
        discussion: """
            The walk goes from seed to seed, over a square between four seeds, or along a direction that \
            "gan attribute" found. An image shows a row for each leg of the way, a file .gif or .apng walks \
            it, and so does a video .mp4 or .webm, which ffmpeg encodes where it is installed.
              gan interpolate runs/faces --seeds 1,2,3 --out strip.png
              gan interpolate runs/faces --seeds 1,2,3 --loop --mode spline --out walk.gif
              gan interpolate runs/faces --seeds 1-8 --frames 60 --fps 30 --out walk.mp4
              gan interpolate runs/faces --corners 1,2,3,4 --out square.png
              gan interpolate runs/faces --seeds 1-4 --along glasses.npy --out rows.png
            """)

    @Option(
        help: ArgumentHelp(
            "What to write: strip.png, walk.gif, walk.apng, walk.mp4, walk.webm, or a folder/ for single images.",
            valueName: "path"), completion: .file())
    var out: String

    @Option(help: ArgumentHelp("Seeds to walk through, or to start from, such as 1,2,3.", valueName: "list"))
    var seeds: SeedList?

    @Option(
        help: ArgumentHelp(
            "The same from a file of latent vectors, such as gan project saves.", valueName: "z.npy"),
        completion: .file(extensions: ["npy"]))
    var latents: String?

    @Option(
        help: ArgumentHelp(
            "Seeds of a square's corners: upper left, upper right, lower left, lower right.",
            valueName: "list"))
    var corners: SeedList?

    @Option(
        help: ArgumentHelp("A direction to move every start along, a row each.", valueName: "npy"),
        completion: .file(extensions: ["npy"]))
    var along: String?

    @Option(
        parsing: .unconditional,
        help: "Where to start along the direction, in multiples of it: standard deviations.")
    var from = -3.0

    @Option(parsing: .unconditional, help: "Where to end along the direction.")
    var to = 3.0

    @Option(
        help: """
            Steps from each seed to the next, along each side of the square, or along the direction, 1 to \
            1000. (default: 16, of an image 8)
            """)
    var frames: Int?

    @Option(
        help: """
            slerp: arcs, all as far from the origin as the seeds; lerp: straight lines; spline: a smooth \
            curve through all seeds. (default: what suits the model)
            """)
    var mode: Interpolation?

    @Flag(help: "Go on from the last seed to the first; of a direction, there and back.")
    var loop = false

    @Option(help: "Images per second of an animation or video, 1 to 50.")
    var fps = 20.0

    @OptionGroup var space: SpaceOption

    @OptionGroup var origin: OriginOption

    @OptionGroup var model: LatentOptions

    func validate() throws {
        if let frames { try check("--frames", frames, in: 1...1000) }
        try check("--fps", fps, in: 1...50)
        try check("--from", from, in: -1000...1000)
        try check("--to", to, in: -1000...1000)
        guard [seeds != nil, latents != nil, corners != nil].filter({ $0 }).count == 1 else {
            throw ValidationError("give one of --seeds, --latents and --corners")
        }
        if let corners, corners.seeds.count != 4 {
            throw ValidationError("--corners has \(corners.seeds.count) seeds; a square has 4 corners")
        }
        if corners != nil && (along != nil || loop) {
            throw ValidationError("--corners makes a square: leave out --along and --loop")
        }
        if along != nil && mode != nil { throw ValidationError("--along goes straight: leave out --mode") }
        if let seeds { try checkStarts(seeds.seeds.count, "--seeds") }
        _ = try WalkOutput(path: out, fps: fps)
    }

    func run() throws {
        let (trained, label) = try model.open()
        let space = try space.space(of: trained, label: label, path: model.checkpoint.path)
        let output = try WalkOutput(
            path: out, fps: fps, origin: origin.origin(model.checkpoint, input: input))
        let steps = frames ?? (output.isAnimation ? 16 : 8)
        if let corners {
            try checkTotal((steps + 1) * (steps + 1))
            let square = space.square(
                between: space.latents(seeds: corners.seeds), side: steps + 1, by: mode)
            return try output.writeSquare(square, side: steps + 1, in: space)
        }
        let starts: (latents: Tensor, names: [String])
        if let path = latents {
            let read = try space.read(path)
            try checkStarts(read.shape[0], path)
            starts = (read, (1...read.shape[0]).map { "latent \($0)" })
        } else {
            let numbers = seeds?.seeds ?? []
            starts = (space.latents(seeds: numbers), numbers.map { "\($0)" })
        }
        try checkTotal(starts.names.count * (steps + 1))
        if let along {
            let direction = try space.read(along)
            guard direction.shape[0] == 1 else {
                throw CommandError("\(along) holds \(direction.shape[0]) latents; a direction is one")
            }
            let shares = (0...steps).map { from + (to - from) * Double($0) / Double(steps) }
            let there = shares + (loop ? shares.dropFirst().dropLast().reversed() : [])
            let offsets = Tensor.concatenated(there.map { direction * Scalar($0) }, axis: 0)
            let rows = zip(starts.names, 0..<starts.latents.shape[0]).map { name, row in
                (name, starts.latents.sliced(axis: 0, row..<row + 1) + offsets)
            }
            return try output.write(rows, in: space)
        }
        let path = space.path(through: starts.latents, framesPerLeg: steps, isLoop: loop, by: mode)
        try output.write(path: path, names: starts.names, framesPerLeg: steps, isLoop: loop, in: space)
    }

    /// In words, what the walk is made of.
    private var input: String {
        let starts = (seeds ?? corners)?.description ?? "the vectors of \(lastComponent(of: latents ?? ""))"
        return starts + (along.map { " along \(lastComponent(of: $0))" } ?? "")
    }

    /// Refuses what would take hours and gigabytes, and is surely a slip.
    private func checkTotal(_ images: Int) throws {
        guard images <= 100_000 else {
            throw CommandError("\(images) images are too many; take fewer --frames, or fewer seeds")
        }
    }

    private func checkStarts(_ count: Int, _ name: String) throws {
        let least = along == nil ? 2 : 1
        guard (least...1000).contains(count) else {
            throw ValidationError("\(name) gives \(count) latents; from \(least) to 1000 are needed here")
        }
    }
}

extension Interpolation: ExpressibleByArgument {}
