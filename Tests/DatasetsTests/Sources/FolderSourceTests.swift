import Datasets
import Foundation
import Images
import Testing

@Suite struct FolderSourceTests {
    let folder: TemporaryFolder
    let format = ImageFormat(size: 4, channels: 3)

    init() throws { folder = try TemporaryFolder() }

    @Test func subfoldersAreClasses() throws {
        try folder.image("dogs/b.PNG", color: [1, 1, 1])
        try folder.image("dogs/deep/a.png", color: [2, 2, 2])
        try folder.image("cats/z.png", color: [3, 3, 3])
        try folder.write("cats/readme.txt", [1])
        let dataset = try Dataset.load(folder.path, format: format)
        #expect(dataset.classNames == ["cats", "dogs"])
        #expect(dataset.labels == [0, 1, 1])
        #expect((0..<3).map { dataset.image(at: $0).pixels[0] } == [3, 1, 2], "sorted by path")
    }

    @Test func imagesAtTheTopHaveNoClasses() throws {
        try folder.image("a.png", color: [1, 1, 1])
        try folder.image("b.png", color: [1, 1, 1])
        let dataset = try Dataset.load(folder.path, format: format)
        #expect(dataset.labels == nil && dataset.classNames == [] && dataset.summary.notes == [])
    }

    @Test func imagesBesideSubfoldersHaveNoClasses() throws {
        try folder.image("a.png", color: [1, 1, 1])
        try folder.image("sub/b.png", color: [1, 1, 1])
        try folder.image("other/b.png", color: [1, 1, 1])
        let dataset = try Dataset.load(folder.path, format: format)
        #expect(dataset.count == 3 && dataset.labels == nil && dataset.summary.notes.count == 1)
    }

    @Test func oneSubfolderMakesNoClasses() throws {
        try folder.image("train/a/1.png", color: [1, 1, 1])
        try folder.image("train/b/1.png", color: [1, 1, 1])
        let dataset = try Dataset.load(folder.path, format: format)
        #expect(dataset.labels == nil)
        #expect(dataset.summary.notes[0].contains("\(folder.path)/train"))
        #expect(try Dataset.load(folder.path + "/train", format: format).classNames == ["a", "b"])
    }

    @Test func hiddenFilesAndFoldersAreLeftOut() throws {
        try folder.image("a.png", color: [1, 1, 1])
        try folder.write("._a.png", [1, 2, 3])
        try folder.image(".thumbnails/a.png", color: [1, 1, 1])
        let dataset = try Dataset.load(folder.path, format: format)
        #expect(dataset.count == 1 && dataset.skipped == [])
    }

    @Test func linksAreFollowedOnce() throws {
        let elsewhere = try TemporaryFolder()
        try elsewhere.image("x.png", color: [1, 1, 1])
        try folder.image("a/1.png", color: [1, 1, 1])
        let files = FileManager.default
        try files.createSymbolicLink(atPath: folder.path + "/a/up", withDestinationPath: folder.path)
        try files.createSymbolicLink(atPath: folder.path + "/b", withDestinationPath: elsewhere.path)
        try files.createSymbolicLink(atPath: folder.path + "/c", withDestinationPath: "/nowhere")
        let source = try openImageSource(folder.path)
        #expect((0..<source.count).map { source.name(at: $0) } == ["a/1.png", "b/x.png"])
        #expect(source.classNames == ["a", "b"])
    }

    @Test func animationsGiveTheirFirstFrame() throws {
        let frames = [1, 2].map { Image(width: 4, height: 4, color: [$0, $0, $0]) }
        try AnimationFile.write(frames, secondsPerFrame: 1, to: try folder.file("a.GIF"))
        let dataset = try Dataset.load(folder.path, format: format)
        #expect(dataset.count == 1 && dataset.image(at: 0) == frames[0])
    }

    @Test func undecodableImagesAreSkippedWithAReason() throws {
        try folder.image("a/1.png", color: [1, 1, 1])
        try folder.write("a/2.png", Array("no image".utf8))
        try folder.write("b/3.jpg", [0xFF, 0xD8, 0xFF])
        try folder.image("c/4.png", color: [4, 4, 4])
        let dataset = try Dataset.load(folder.path, format: format)
        #expect(dataset.skipped.map(\.file) == ["a/2.png", "b/3.jpg"])
        for skipped in dataset.skipped {
            #expect(!skipped.reason.isEmpty && !skipped.reason.contains(folder.path))
        }
        #expect(dataset.classNames == ["a", "c"] && dataset.labels == [0, 1])
        #expect(dataset.image(at: 1).pixels[0] == 4)
    }

    @Test func aDanglingLinkIsReportedAsSkipped() throws {
        try folder.image("1.png", color: [1, 1, 1])
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/2.png", withDestinationPath: "/nowhere")
        let dataset = try Dataset.load(folder.path, format: format)
        #expect(dataset.count == 1 && dataset.skipped.map(\.file) == ["2.png"])
    }

    @Test func onlyBrokenImagesAreAnError() throws {
        try folder.write("1.png", [1])
        try folder.write("2.png", [2])
        let error = #expect(throws: DatasetError.self) {
            try Dataset.load(folder.path, format: format)
        }
        #expect("\(error!)".contains("none of the 2 images"))
        #expect("\(error!)".contains("1.png"))
    }

    @Test func aFolderWithoutImagesSaysWhatItHolds() throws {
        try folder.write("a.bmp", [1])
        try folder.write("sub/b.BMP", [1])
        try folder.write("LICENSE", [1])
        let error = #expect(throws: DatasetError.self) { try openImageSource(folder.path) }
        #expect(error == .noImages(path: folder.path, seen: [".bmp": 2, "extensionless": 1]))
        #expect("\(error!)".contains("2 .bmp, 1 extensionless files"))
    }

    @Test func emptyAndMissingFoldersAreErrors() throws {
        let error = #expect(throws: DatasetError.self) { try openImageSource(folder.path) }
        #expect("\(error!)".contains("it is empty"))
        #expect(throws: DatasetError.missing(path: folder.path + "/no")) {
            try openImageSource(folder.path + "/no")
        }
    }

    @Test func aSingleImageAsksForItsFolder() throws {
        try folder.image("a.png", color: [1, 1, 1])
        let error = #expect(throws: DatasetError.self) { try openImageSource(folder.path + "/a.png") }
        #expect("\(error!)".contains("give the folder"))
    }
}
