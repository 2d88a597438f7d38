import Datasets
import Images
import Synchronization
import Testing

@Suite struct DatasetTests {
    @Test func imagesPastTheBudgetAreKeptInAFile() throws {
        let folder = try TemporaryFolder()
        let inMemory = try distinctDataset(20, size: 4, channels: 3)
        let onDisk = try distinctDataset(
            20, size: 4, channels: 3,
            storage: StorageOptions(memoryBudget: 20 * 48 - 1, temporaryFolder: folder.path))
        #expect(inMemory.place == .memory && onDisk.place == .temporaryFile)
        for index in 0..<20 { #expect(onDisk.image(at: index) == inMemory.image(at: index)) }
        #expect(folder.contents == [], "the file has no name")
    }

    @Test func aCacheFolderThatCannotBeUsedIsNamed() throws {
        let error = #expect(throws: DatasetError.self) {
            try distinctDataset(
                2, storage: StorageOptions(memoryBudget: 0, temporaryFolder: "/nonexistent-folder"))
        }
        #expect("\(error!)".contains("/nonexistent-folder"))
    }

    @Test func moreThanTheDiskHoldsIsRefused() {
        let error = #expect(throws: DatasetError.self) {
            try Dataset(
                InMemoryImages(distinctImages(4)), format: ImageFormat(size: ImageSize(1 << 29), channels: 1),
                storage: StorageOptions(memoryBudget: 1, temporaryFolder: "/var/tmp"))
        }
        guard case .noSpace("/var/tmp", let needed, let available) = error else {
            Issue.record("\(error!)")
            return
        }
        #expect(needed == 1 << 60 && available < needed)
    }

    @Test func moreThanAnIntegerHoldsIsRefused() {
        #expect(throws: DatasetError.self) {
            try Dataset(
                InMemoryImages(distinctImages(64)), format: ImageFormat(size: ImageSize(1 << 29), channels: 1)
            )
        }
    }

    @Test func progressCountsUpToAll() throws {
        let seen = Mutex<[Int]>([])
        _ = try Dataset(
            InMemoryImages(distinctImages(25)), format: ImageFormat(size: 2, channels: 1),
            progress: { done, total in seen.withLock { $0.append(done * 100 + total) } })
        #expect(seen.withLock(\.self) == (1...25).map { $0 * 100 + 25 })
    }

    @Test func imagesAreBroughtToTheFormat() throws {
        let tall = Image(width: 10, height: 30, color: [200])
        let dataset = try Dataset(
            InMemoryImages([tall]), format: ImageFormat(width: 8, height: 4, channels: 3, fit: .stretch))
        #expect(dataset.image(at: 0) == Image(width: 8, height: 4, color: [200, 200, 200]))
    }

    @Test func transparencyIsFlattenedOntoWhite() throws {
        let clear = Image(width: 4, height: 4, color: [0, 0, 0, 0])
        let flat = try Dataset(InMemoryImages([clear]), format: ImageFormat(size: 4, channels: 3))
        #expect(flat.image(at: 0) == Image(width: 4, height: 4, color: [255, 255, 255]))
        let kept = try Dataset(InMemoryImages([clear]), format: ImageFormat(size: 4, channels: 4))
        #expect(kept.image(at: 0).pixels[3] == 0)
    }

    @Test func noImagesAreAnError() {
        #expect(throws: DatasetError.noImages(path: "memory", seen: [:])) {
            try distinctDataset(0)
        }
    }
}

@Suite struct DatasetSummaryTests {
    @Test func sizesAndChannelsAreCounted() throws {
        let summary = try DatasetSummary(
            InMemoryImages([
                Image(width: 10, height: 20, color: [0]),
                Image(width: 30, height: 30, color: [0, 255]),
                Image(width: 30, height: 30, color: [0, 0, 0]),
                Image(width: 50, height: 40, color: [0, 0, 0, 9]),
            ]))
        #expect(summary.count == 4)
        #expect(summary.width == .init(minimum: 10, median: 30, maximum: 50))
        #expect(summary.height == .init(minimum: 20, median: 30, maximum: 40))
        #expect(summary.shortSide == .init(minimum: 10, median: 30, maximum: 40))
        #expect(summary.mostCommonSize == .init(width: 30, height: 30, images: 2))
        #expect(summary.notSquareCount == 2)
        #expect(summary.channelCounts == [1, 1, 1, 1])
        #expect(summary.transparentCount == 1)
        #expect(summary.suggestedChannels == 3 && summary.suggestedSize() == 32)
    }

    @Test(arguments: [(1, 16), (16, 16), (25, 16), (26, 32), (28, 32), (51, 32), (52, 64), (300, 64)])
    func theSuggestedSizeFollowsTheShortSide(side: Int, expected: Int) throws {
        let source = InMemoryImages([Image(width: side, height: side + 5, color: [1])])
        let summary = try DatasetSummary(source)
        #expect(summary.suggestedSize() == expected)
        #expect(summary.suggestedSize(atMost: 256) == (side == 300 ? 256 : expected))
        #expect(summary.suggestedChannels == 1)
    }

    @Test(arguments: [
        (300, 300, nil), (300, 290, nil), (300, 400, ImageSize(width: 48, height: 64)),
        (400, 300, ImageSize(width: 64, height: 48)), (200, 300, ImageSize(width: 64, height: 96)),
        (160, 90, ImageSize(width: 112, height: 64)), (100, 900, nil),
    ])
    func `a shape is suggested that most images have`(width: Int, height: Int, expected: ImageSize?) throws {
        let (usual, other) = (
            Image(width: width, height: height, color: [1]), Image(width: 70, height: 70, color: [1])
        )
        let most = try DatasetSummary(InMemoryImages([usual, usual, usual, other]))
        #expect(most.suggestedShape(near: 64) == expected)
        let half = try DatasetSummary(InMemoryImages([usual, other, usual, other]))
        #expect(half.suggestedShape(near: 64) == nil)
    }

    @Test func whatTheFormatChangesIsCounted() throws {
        let summary = try DatasetSummary(
            InMemoryImages([
                Image(width: 64, height: 64, color: [0]), Image(width: 20, height: 40, color: [0]),
                Image(width: 8, height: 8, color: [0]),
            ]))
        let square = ImageFormat(size: 32, channels: 1)
        #expect(summary.reshapedCount(in: square) == 1 && summary.enlargedCount(in: square) == 2)
        let padded = ImageFormat(size: 32, channels: 1, fit: .pad)
        #expect(summary.enlargedCount(in: padded) == 1)
        let tall = ImageFormat(width: 16, height: 32, channels: 1)
        #expect(summary.reshapedCount(in: tall) == 2 && summary.enlargedCount(in: tall) == 1)
    }

    @Test func classesWithoutImagesAreLeftOut() throws {
        let source = InMemoryImages(
            distinctImages(4), labels: [2, 0, 2, 2], classNames: ["a", "b", "c"])
        let summary = try DatasetSummary(source)
        #expect(summary.classNames == ["a", "c"])
        #expect(summary.labels == [1, 0, 1, 1])
        #expect(summary.classCounts == [1, 3])
    }
}

@Suite struct FormattedBytesTests {
    @Test(arguments: [
        (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1.0 kB"), (999_949, "999.9 kB"),
        (999_950, "1.0 MB"), (1_234_567_890, "1.2 GB"),
    ])
    func unitsFollowTheSize(bytes: Int, expected: String) {
        #expect(formatted(bytes: bytes) == expected)
    }
}
