import Foundation
import Images
import TestSupport
import Testing

@testable import Avatars

@Suite struct AvatarSetTests {
    private func rows(_ folder: String) throws -> [[String]] {
        try String(contentsOfFile: folder + "/attributes.csv", encoding: .utf8)
            .split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    }

    @Test func imagesAndTableAgree() throws {
        try withTemporaryFolder { root in
            let folder = root + "/new/set"
            try AvatarSet.write(count: 12, size: 24, to: folder, seed: 9)
            let rows = try rows(folder)
            #expect(rows[0] == ["file"] + AvatarAttribute.allCases.map(\.rawValue))
            #expect(rows.count == 13)
            for index in 0..<12 {
                let row = rows[index + 1]
                let attributes = AvatarAttributes(seed: 9, index: UInt64(index))
                #expect(
                    row == ["000\(index < 10 ? "0" : "")\(index).png"]
                        + AvatarAttribute.allCases.map { attributes[$0] })
                let image = try Image(decoding: folder + "/" + row[0])
                #expect(image == Avatar.image(seed: 9, index: UInt64(index), size: 24))
            }
            let files = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(files.count == 13)
        }
    }

    @Test func classesBecomeSubfoldersOfImagesAndMaps() throws {
        try withTemporaryFolder { folder in
            try AvatarSet.write(count: 30, size: 32, to: folder, seed: 1, classes: .glasses, labels: true)
            for row in try rows(folder).dropFirst() {
                let file = row[0].split(separator: "/")
                #expect(file[0] == "images")
                #expect(String(file[1]) == row[6])
                let map = folder + "/labels/" + file[1...].joined(separator: "/")
                let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: map)))
                // A PNG's header: width and height from byte 16, then the depth and the kind, 3 a palette.
                #expect(bytes[16..<24] == [0, 0, 0, 32, 0, 0, 0, 32])
                #expect(bytes[25] == 3)
            }
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder + "/images").sorted()
                    == ["none", "round", "square"])
            let names = try String(contentsOfFile: folder + "/labels.txt", encoding: .utf8)
            #expect(names.hasPrefix("0 background\n1 clothing\n2 skin\n3 hair\n"))
            #expect(names.split(separator: "\n").count == AvatarLabel.allCases.count)
        }
    }

    @Test func oneSeedWritesTheSameBytes() throws {
        try withTemporaryFolder { root in
            for name in ["a", "b"] {
                try AvatarSet.write(count: 8, size: 20, to: root + "/" + name, seed: 3, labels: true)
            }
            for file in ["images/00005.png", "labels/00005.png", "attributes.csv"] {
                let first = try Data(contentsOf: URL(fileURLWithPath: root + "/a/" + file))
                #expect(first == (try Data(contentsOf: URL(fileURLWithPath: root + "/b/" + file))))
            }
        }
    }

    @Test func nonEmptyFoldersAreRefused() throws {
        try withTemporaryFolder { folder in
            try Data("mine".utf8).write(to: URL(fileURLWithPath: folder + "/note.txt"))
            #expect(throws: AvatarSetError.notEmpty(path: folder)) {
                try AvatarSet.write(count: 1, size: 16, to: folder)
            }
            #expect(throws: AvatarSetError.notAFolder(path: folder + "/note.txt")) {
                try AvatarSet.write(count: 1, size: 16, to: folder + "/note.txt")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["note.txt"])
        }
    }

    @Test func nothingIsLeftAfterAnError() throws {
        try withTemporaryFolder { folder in
            try Data().write(to: URL(fileURLWithPath: folder + "/file"))
            #expect(throws: AvatarSetError.self) {
                try AvatarSet.write(count: 1, size: 16, to: folder + "/file/below")
            }
            // The last image's name is taken while the set is being drawn.
            let set = folder + "/set"
            #expect(throws: AvatarSetError.self) {
                try AvatarSet.write(count: 2000, size: 16, to: set) { done in
                    if done == 1 {
                        try? FileManager.default.createDirectory(
                            atPath: set + "/01999.png", withIntermediateDirectories: false)
                    }
                }
            }
            #expect(!FileManager.default.fileExists(atPath: set))
        }
    }
}

@Suite struct ShippedAvatarTests {
    /// Whoever changes the drawing draws the shipped folder anew.
    @Test func shippedAvatarsAreWhatTheProgramDraws() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../datasets/avatars").standardizedFileURL.path
        let table = try String(contentsOfFile: folder + "/attributes.csv", encoding: .utf8)
        let rows = table.split(separator: "\n").dropFirst()
        #expect(rows.count == 36)
        for (index, row) in rows.enumerated() {
            let fields = row.split(separator: ",").map(String.init)
            let avatar = Avatar(seed: 0, index: UInt64(index))
            #expect(Array(fields.dropFirst()) == AvatarAttribute.allCases.map { avatar.attributes[$0] })
            let shipped = try Image(decoding: folder + "/" + fields[0])
            let drawn = avatar.image(size: 128)
            // Another machine's cosine may round the last bit another way.
            let difference = zip(shipped.pixels, drawn.pixels).map { abs(Int($0) - Int($1)) }.max()
            #expect(shipped.width == 128 && difference! <= 2, "\(fields[0])")
        }
    }
}
