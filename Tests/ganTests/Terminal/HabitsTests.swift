import Foundation
import Testing

/// What people expect of any program: its version, and completions in the shell.
@Suite struct HabitsTests {
    @Test func `the version names the commit`() throws {
        try withProgram { program in
            let told = try program.run("--version").output
            #expect(
                told.wholeMatch(of: /swift-gan \d+\.\d+\.\d+( \([0-9a-f]{12}(-dirty)?\))?\n/) != nil,
                "\(told)")
        }
    }

    @Test func `bash completes commands, models, checkpoints and the classes of one`() throws {
        try withProgram { program in
            try #require(
                program.run("data avatars --count 12 --size 16 --classes glasses --out classes").status == 0)
            let trained = try program.run(
                "train classes --conditional --out run --steps 1 \(Program.smallTraining)")
            try #require(trained.status == 0, "\(trained.errors)")
            /// What is offered for the last of some words.
            func offered(_ words: String...) throws -> [Substring] {
                let list = words.map { "'\($0)'" }.joined(separator: " ")
                let result = try program.shell(
                    """
                    source <(gan --generate-completion-script bash)
                    COMP_WORDS=(gan \(list)) COMP_CWORD=\(words.count) COMP_LINE='gan \(words.joined(separator: " "))'
                    COMP_POINT=${#COMP_LINE} COMPREPLY=()
                    _gan gan "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
                    printf '%s\\n' "${COMPREPLY[@]}"
                    """)
                #expect(result.status == 0, "\(result.errors)")
                return result.output.split(separator: "\n")
            }
            #expect(Set(try offered("")).isSuperset(of: ["train", "sample", "studio"]))
            #expect(try offered("train", "--model", "style").sorted() == ["stylegan", "stylegan2"])
            #expect(try offered("sample", "run", "--class", "").sorted() == ["none", "round", "square"])
            #expect(try offered("sample", "ru") == ["run"])
            #expect(try offered("inspect", "run/checkpoints/la") == ["run/checkpoints/latest.safetensors"])
        }
    }
}
