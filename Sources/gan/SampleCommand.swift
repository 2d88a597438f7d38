import ArgumentParser
import Checkpoints
import Files
import Foundation
import GANs
import Images
import Tensors

/// `gan sample`
struct SampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: "Make pictures with a trained generator.",
        discussion: """
            Every picture follows from its seed alone: seed 7 gives the same picture in any grid. The \
            samples of a training are those of the seeds 0 to 63.
            """)

    @Argument(help: "A run's folder, a checkpoint of a run, or an exported generator.")
    var checkpoint: CheckpointArgument

    @Option(
        help: ArgumentHelp(
            """
            grid.png for a grid, folder/ for single pictures, or x.npy for a uint8 array of count x height \
            x width x channels.
            """, valueName: "path"))
    var out: String

    @Option(help: "How many pictures. (default: 64)")
    var count: Int?

    @Option(help: "Pictures in a row of the grid. (default: as many as make it square)")
    var columns: Int?

    @Option(help: "Seed of the first picture; the next have the next. (default: 0)")
    var seed: UInt64?

    @Option(help: ArgumentHelp("Seeds of the pictures, such as 0,1,4-6.", valueName: "list"))
    var seeds: SeedList?

    @Option(help: ArgumentHelp("Latents to use: a float32 array of count x latent.", valueName: "z.npy"))
    var latents: String?

    @Flag(help: "Use the trained weights of a run rather than their moving average.")
    var raw = false

    func validate() throws {
        if let count, !(1...SeedList.maximumCount).contains(count) {
            throw ValidationError("--count is \(count); it must lie between 1 and \(SeedList.maximumCount)")
        }
        if let columns, columns < 1 {
            throw ValidationError("--columns is \(columns); it must be at least 1")
        }
        let ways = [seeds != nil, latents != nil, count != nil || seed != nil]
        if ways.filter({ $0 }).count > 1 {
            throw ValidationError("give only one of --seeds, --latents, and --count with --seed")
        }
        if let seed, seed.addingReportingOverflow(UInt64(count ?? 64)).overflow {
            throw ValidationError("--seed is too large for --count more")
        }
    }

    func run() throws {
        let trained = try TrainedGenerator(path: checkpoint.path, raw: raw)
        let z =
            try latents.map { try readLatents($0, size: trained.family.latentSize) }
            ?? GANs.latents(seeds: chosenSeeds, latentSize: trained.family.latentSize)
        let output = try SampleOutput(path: out, columns: columns, count: z.shape[0], family: trained.family)
        let (line, start, total) = (ProgressLine(), ContinuousClock.now, z.shape[0])
        let pictures = GANs.pictures(trained.generator, latents: z) { done in
            line.show("Making pictures", done, of: total, since: start)
        }
        line.clear()
        try output.write(pictures, names: latents == nil ? chosenSeeds : Array(0..<UInt64(total)))
    }

    private var chosenSeeds: [UInt64] {
        if let seeds { return seeds.seeds }
        let first = seed ?? 0
        return Array(first..<first + UInt64(count ?? 64))
    }

    private func readLatents(_ path: String, size: Int) throws -> Tensor {
        let array = try NumpyArray(path: path)
        guard array.shape.count == 2, array.shape[1] == size, array.shape[0] > 0 else {
            throw CommandError(
                "\(path) holds an array of shape \(array.shape); this checkpoint needs count x \(size)")
        }
        guard array.shape[0] <= SeedList.maximumCount else {
            throw CommandError(
                "\(path) holds \(array.shape[0]) latents; at most \(SeedList.maximumCount) are allowed")
        }
        let scalars = try array.values(as: Scalar.self)
        guard scalars.allSatisfy(\.isFinite) else {
            throw CommandError("\(path) holds numbers that are not finite; no picture can be made of them")
        }
        return Tensor(scalars, shape: [array.shape[0], size])
    }
}

/// Where samples go, told by the path's form.
private enum SampleOutput {
    case grid(path: String, columns: Int?)
    case array(path: String)
    case folder(path: String)

    init(path: String, columns: Int?, count: Int, family: any NetworkFamily) throws {
        let name = path.lowercased()
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        if path.hasSuffix("/") || (exists && isFolder.boolValue) {
            self = .folder(path: path)
        } else if name.hasSuffix(".png") {
            let pixels = count * family.size * family.size
            guard pixels <= Picture.maximumPixels else {
                throw CommandError(
                    "a grid of \(count) pictures is too large; give --out folder/ or --out x.npy")
            }
            self = .grid(path: path, columns: columns)
        } else if name.hasSuffix(".npy") {
            self = .array(path: path)
        } else {
            throw CommandError("--out \(path): give grid.png, x.npy, or a folder's name that ends in /")
        }
    }

    func write(_ pictures: [Picture], names: [UInt64]) throws {
        switch self {
        case .grid(let path, let columns):
            let single = pictures.count == 1 ? pictures.first : nil
            try (single ?? Picture.grid(pictures, columns: columns)).writePNG(to: path)
            print("\(pictures.count) picture\(pictures.count == 1 ? "" : "s") in \(path)")
        case .array(let path):
            guard let first = pictures.first else { return }
            try NumpyArray(
                shape: [pictures.count, first.height, first.width, first.channels],
                values: pictures.flatMap(\.pixels)
            ).write(to: path)
            print("Array of shape \([pictures.count, first.height, first.width, first.channels]) in \(path)")
        case .folder(let path):
            let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
            try makeFolder(folder)
            for (picture, name) in zip(pictures, names) {
                try picture.writePNG(to: folder + "/seed-\(name).png")
            }
            print("\(pictures.count) picture\(pictures.count == 1 ? "" : "s") in \(folder)")
        }
    }
}
