import ArgumentParser
import Files
import GANs
import Images
import Tensors

/// `gan arithmetic`
struct ArithmeticCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "arithmetic",
        abstract: "Latent vector arithmetic: add and subtract the latent vectors of images.",
        discussion: """
            Every term is the mean of some seeds' latent vectors, or of those in a saved .npy, taken once or \
            a number of times. The image shows every term's samples, their mean, and the result, alone and \
            among eight neighbors with uniform noise of 0.25, as figure 7 of Radford et al. 2015.
              gan arithmetic runs/faces "1,2,3 - 4,5,6 + 7,8,9" --out result.png
              gan arithmetic runs/faces "7 + 5*glasses.npy" --out result.png --save z.npy
            """)

    @OptionGroup var model: LatentOptions

    // The one way to take an argument that begins with a minus, as an expression may.
    @Argument(
        parsing: .allUnrecognized,
        help: ArgumentHelp(
            "The expression, such as \"1,2,3 - 4,5,6 + 7,8,9\" or \"7 + 5*glasses.npy\".",
            valueName: "expression"))
    var expressions: [String]

    @Option(help: ArgumentHelp("The image to write.", valueName: "file.png"), completion: .file())
    var out: String

    @Option(
        help: ArgumentHelp(
            "Save the result's latent vector, for gan sample --latents and as a term.", valueName: "z.npy"),
        completion: .file())
    var save: String?

    @OptionGroup var space: SpaceOption

    @OptionGroup var origin: OriginOption

    func validate() throws {
        if let option = expressions.first(where: { $0.hasPrefix("--") }) {
            throw ValidationError("Unknown option '\(option)'")
        }
        guard expressions.count == 1 else {
            throw ValidationError("the expression is one argument: put it in quotes, as in \"1 - 2 + 3\"")
        }
        let parsed: LatentExpression
        do { parsed = try LatentExpression(expressions[0]) } catch { throw ValidationError("\(error)") }
        let seeds = parsed.terms.map { term in
            if case .seeds(let seeds) = term.source { seeds.count } else { 0 }
        }
        guard parsed.terms.count <= 20, seeds.allSatisfy({ $0 <= Self.maximumSamples }) else {
            throw ValidationError(
                "the expression is too long: at most 20 terms of \(Self.maximumSamples) seeds each")
        }
        try checkImageName(out)
        if let save { try checkArrayName(save, "--save") }
    }

    /// More samples of a term make no readable figure.
    private static let maximumSamples = 100

    func run() throws {
        let (trained, label) = try model.open()
        let origin = try origin.origin(model.checkpoint, input: expressions[0])
        let space = try space.space(of: trained, label: label, path: model.checkpoint.path)
        let arithmetic = LatentArithmetic(
            try LatentExpression(expressions[0]).terms.map { try term($0, space) })
        let shown = LatentArithmetic(
            arithmetic.terms.map { term in
                let count = min(term.latents.shape[0], Self.maximumSamples)
                return .init(term.factor, name: term.name, latents: term.latents.sliced(axis: 0, 0..<count))
            })
        try shown.figure(in: space).writePNG(to: out, origin)
        if let save { try space.write(arithmetic.result, to: save) }
        print("\(arithmetic.terms.count) terms and their sum in \(out)" + (save.map { ", \($0)" } ?? ""))
    }

    private func term(_ term: LatentExpression.Term, _ space: LatentSpace) throws -> LatentArithmetic.Term {
        switch term.source {
        case .seeds(let seeds):
            return .init(
                term.factor, name: seeds.map(String.init).joined(separator: ", "),
                latents: space.latents(seeds: seeds))
        case .file(let path):
            return .init(
                term.factor, name: lastComponent(of: path), latents: try space.read(path))
        }
    }
}

/// Throws unless a name says that an image is to be written.
func checkImageName(_ path: String, _ option: String = "--out") throws {
    guard path.lowercased().hasSuffix(".png") else {
        throw ValidationError("\(option) is \(path); its name must end in .png")
    }
}

/// Throws unless a name says that an array is to be written.
func checkArrayName(_ path: String, _ option: String) throws {
    guard path.lowercased().hasSuffix(".npy") else {
        throw ValidationError("\(option) is \(path); its name must end in .npy")
    }
}
