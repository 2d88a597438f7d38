import ArgumentParser
import Foundation
import GANs

/// The options of all models.
enum ModelOptionsRegistry {
    /// A line a model, in the order of help.
    static let all: [any ModelOptions.Type] = [
        DCGANOptions.self,
        StyleGANOptions.self,
        StyleGAN2Options.self,
        FastGANOptions.self,
        Pix2PixOptions.self,
        CycleGANOptions.self,
        SPADEOptions.self,
        SRResNetOptions.self,
        SRGANOptions.self,
        RRDBOptions.self,
        ESRGANOptions.self,
        PointsOptions.self,
    ]

    /// Those of the models that learn from images.
    static var ofImages: [any ModelOptions.Type] { all.filter { $0.model.data != .points } }
    /// Those of the model that learns from points.
    static var ofPoints: any ModelOptions.Type { all.first { $0.model.data == .points } ?? all[0] }

    /// Those of a model, by its name.
    static subscript(name: String) -> (any ModelOptions.Type)? { all.first { $0.model.name == name } }

    /// The names of some models, separated by commas.
    static func names(where isWanted: (any ModelConfiguration.Type) -> Bool) -> String {
        ofImages.map { $0.model }.filter(isWanted).map { $0.name }.joined(separator: ", ")
    }

    /// The names of the models that learn from some kinds of data, separated by commas.
    static func names(learningFrom kinds: DataRequirement...) -> String {
        names { kinds.contains($0.data) }
    }
}

extension ModelOptions {
    /// The model whose options they are.
    static var model: any ModelConfiguration.Type { Configuration.self }
}

/// The names of options as the parser knows them.
enum OptionList {
    private struct Tool: Decodable {
        struct Command: Decodable { let arguments: [Argument]? }
        struct Argument: Decodable { let names: [Name]? }
        struct Name: Decodable { let name: String }
        let command: Command
    }

    /// Without the dashes.
    static func names(of arguments: any ParsableArguments.Type) -> Set<String> {
        let description = Data(arguments._dumpHelp().utf8)
        guard let tool = try? JSONDecoder().decode(Tool.self, from: description) else { return [] }
        return Set((tool.command.arguments ?? []).flatMap { $0.names ?? [] }.map(\.name))
    }
}

extension ModelOptionsRegistry {
    /// The names of the models that take an option, separated by commas.
    static func names(taking option: String) -> String {
        ofImages.filter { $0.optionNames.contains(option) }.map { $0.model.name }.joined(separator: ", ")
    }
}

extension ModelOptions {
    /// Of the options that not every model takes, without the dashes.
    static var optionNames: Set<String> {
        OptionList.names(of: Self.self).union(OptionList.names(of: Recipe.self))
    }
}
