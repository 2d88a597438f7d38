import Foundation
import Images
import Testing

/// gan data info, gan data augmentations and gan data avatars.
@Suite struct DataTests {
    @Test func `info tells what training would see`() throws {
        try withProgram { program in
            for (folder, count) in [("cats", 3), ("dogs", 2)] {
                try program.makeFolder("pets/\(folder)")
                for index in 0..<count {
                    try Image(width: 40, height: 40 + 10 * index, color: [200, 10, 90])
                        .writePNG(to: program.path("pets/\(folder)/\(index).png"))
                }
            }
            try program.write("no image", to: "pets/dogs/broken.jpg")

            let json = try program.run("data info pets --json --preview preview.png")
            #expect(json.status == 0 && json.errors == "")
            let document = try #require(
                try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
            #expect(
                document.keys.sorted() == [
                    "channels", "classes", "data", "images", "kind", "notes", "sizes", "skipped",
                    "training",
                ])
            #expect(document["images"] as? Int == 5)
            #expect(document["classes"] as? [String: Int] == ["cats": 3, "dogs": 2])
            let skipped = try #require(document["skipped"] as? [[String: String]])
            #expect(skipped.map { $0["file"] } == ["dogs/broken.jpg"])
            #expect(skipped.allSatisfy { $0.keys.sorted() == ["file", "reason"] })
            let training = try #require(document["training"] as? [String: Any])
            let format = try #require(training["format"] as? [String: Any])
            #expect(format["width"] as? Int == 32 && format["channels"] as? Int == 3)
            #expect(training["reshaped"] as? Int == 3)
            // Five cells of 32 pixels in three columns.
            let preview = try program.image("preview.png")
            #expect(preview.width == 3 * 34 + 2 && preview.height == 2 * 34 + 2)

            let text = try program.run("data info pets")
            #expect(text.status == 0)
            for words in ["cats 3, dogs 2", "dogs/broken.jpg", "3 cut to a square"] {
                #expect(text.output.contains(words))
            }
        }
    }

    @Test func `augmentations are drawn in named rows`() throws {
        try withProgram { program in
            try program.drawAvatars()
            let result = try program.run("data augmentations avatars --out sheet.png --count 3 --size 16")
            #expect(result.status == 0 && result.errors == "")
            for words in [
                "cutout", "luma flip", "adaptive 0.5", "images: few enough", "models take adaptive",
                "Sheet in sheet.png",
            ] {
                #expect(result.output.contains(words))
            }
            let sheet = try program.image("sheet.png")
            let rows = try #require(result.output.split(separator: "\n\n").first).split(separator: "\n").count
            #expect(rows == 20 && sheet.height == rows * 18 + 2)
            // Three images and the space between them, behind the names.
            #expect(sheet.width > 3 * 18 + 2 + 60 && sheet.channels == 3)

            try program.run("data augmentations avatars --out again.png --count 3 --size 16")
            #expect(try program.bytes("again.png") == program.bytes("sheet.png"))
            try program.run("data augmentations avatars --out other.png --count 3 --size 16 --seed 1")
            #expect(try program.bytes("other.png") != program.bytes("sheet.png"))

            for line in [
                "avatars --out a.png --count 0", "avatars --out a.png --channels 2", "none --out a.png",
            ] {
                let refused = try program.run("data augmentations \(line)")
                #expect(refused.status != 0 && refused.output == "" && !program.exists("a.png"))
            }
        }
    }

    @Test func `avatars come with attributes, classes and labels`() throws {
        try withProgram { program in
            let plain = try program.run("data avatars --count 5 --size 16 --out plain")
            #expect(plain.status == 0 && plain.output == "5 avatars at 16x16 in plain\n")
            #expect(
                try program.contents("plain") == (0..<5).map { "0000\($0).png" } + ["attributes.csv"])

            #expect(try program.run("data avatars --count 20 --size 16 --out hats --classes hat").status == 0)
            let info = try program.run("data info hats --json")
            let document = try #require(
                try JSONSerialization.jsonObject(with: Data(info.output.utf8)) as? [String: Any])
            let classes = try #require(document["classes"] as? [String: Int])
            #expect(classes.values.reduce(0, +) == 20 && classes.count > 1)

            let labeled = try program.run("data avatars --count 3 --size 16 --out labeled --labels")
            #expect(labeled.status == 0)
            let maps = (0..<3).flatMap { ["images/0000\($0).png", "labels/0000\($0).png"] }
            #expect(try Set(program.contents("labeled")).isSuperset(of: maps + ["labels.txt"]))
            #expect(try program.bytes("labeled/images/00001.png") == program.bytes("plain/00001.png"))
        }
    }

    @Test func `avatars are not drawn over what is there`() throws {
        try withProgram { program in
            try program.drawAvatars()
            let before = try program.contents()
            let again = try program.run("data avatars --count 2 --size 16 --out avatars")
            #expect(again.status == 1 && again.errorLines.count == 1)
            #expect(try program.contents() == before)
            try program.write("", to: "file")
            let below = try program.run("data avatars --count 2 --size 16 --out file/avatars")
            #expect(below.status == 1 && below.errorLines.count == 1)
        }
    }
}
