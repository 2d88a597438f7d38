import ArgumentParser
import GANs

/// `gan data avatars`: draws the built-in data set.
struct DataAvatarsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "avatars",
        abstract: "Draw cartoon avatars: a data set that needs no download.",
        discussion: """
            Faces that differ in skin, hair, glasses, hats, mouths, clothes and background, one independent \
            of the other, with their attributes in attributes.csv. The same seed draws the same images, \
            at any size.
            """)

    @Option(help: "How many images, 1 to 1000000.")
    var count = 1000

    @Option(help: "Side of the images in pixels, 16 to 1024.")
    var size = 64

    @Option(
        help: ArgumentHelp("Folder to draw into, a new or an empty one.", valueName: "dir"),
        completion: .file())
    var out: String

    @Option(help: "Seed of the images.")
    var seed: UInt64 = 0

    @Option(
        help: ArgumentHelp(
            "Sort the images into class subfolders by this attribute (default: one folder).",
            valueName: "attribute"))
    var classes: AvatarAttribute?

    @Flag(
        help: """
            Also draw aligned label maps: images in DIR/images, maps (indexed PNG) under the same names \
            in DIR/labels, the classes' names in DIR/labels.txt.
            """)
    var labels = false

    @Option(
        help: """
            Draw images of two kinds, in DIR/A and DIR/B, to learn translations between: outlines and the \
            avatars they are of, under the same names, which make pairs \
            (\(ModelOptionsRegistry.names(learningFrom: .pairs))); avatars by day and others by night \
            (\(ModelOptionsRegistry.names(learningFrom: .domains))); or, in DIR/low and DIR/high, a quarter \
            as wide and high and in full, to enlarge (\(ModelOptionsRegistry.names(learningFrom: .crops)), \
            which learn from DIR/high alone).
            """)
    var pairs: AvatarPairs?

    func validate() throws {
        if labels && pairs != nil { throw ValidationError("give only one of --labels and --pairs") }
        guard (1...1_000_000).contains(count) else {
            throw ValidationError("--count is \(count), but must be 1 to 1000000")
        }
        guard AvatarSet.sizes.contains(size) else {
            let sizes = AvatarSet.sizes
            throw ValidationError(
                "--size is \(size), but must be \(sizes.lowerBound) to \(sizes.upperBound) pixels")
        }
        if pairs == .resolutions && size % 4 != 0 {
            throw ValidationError(
                "--size is \(size); images a quarter as wide and high need a multiple of 4")
        }
        guard !out.isEmpty else { throw ValidationError("--out needs the name of a folder") }
    }

    func run() throws {
        let (line, start, total) = (ProgressLine(), ContinuousClock.now, count)
        try AvatarSet.write(
            count: count, size: size, to: out, seed: seed, classes: classes, labels: labels, pairs: pairs
        ) { done in line.show("Drawing avatars", done, of: total, since: start) }
        line.clear()
        print("\(count) avatars at \(size)x\(size) in \(out)")
    }
}

extension AvatarAttribute: ExpressibleByArgument {}
extension AvatarPairs: ExpressibleByArgument {}
