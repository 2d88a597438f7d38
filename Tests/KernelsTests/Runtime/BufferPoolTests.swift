import Foundation
import Testing

@testable import Kernels

/// Each test has a process of its own, so that no other test takes from its pool.
@Suite struct BufferPoolTests {
    @Test func memoryIsReusedForEqualAndSimilarSizes() async {
        await #expect(processExitsWith: .success) {
            let first = BufferPool.take(1000)
            BufferPool.give(first, 1000)
            let second = BufferPool.take(1000)
            #expect(second == first)
            BufferPool.give(second, 1000)
            // 999 scalars fall into the bucket of 1000; twice as many do not.
            #expect(BufferPool.take(2000) != first)
            #expect(BufferPool.take(999) == first)
        }
    }

    @Test func memoryInUseIsNotGivenTwice() async {
        await #expect(processExitsWith: .success) {
            let first = BufferPool.take(1000)
            let second = BufferPool.take(1000)
            #expect(first != second)
            first.update(repeating: 1, count: 1000)
            second.update(repeating: 2, count: 1000)
            #expect((0..<1000).allSatisfy { first[$0] == 1 && second[$0] == 2 })
        }
    }

    @Test func memoryIsAlignedAndLargeEnough() async {
        await #expect(processExitsWith: .success) {
            var taken: [(pointer: UnsafeMutablePointer<Scalar>, count: Int)] = []
            for count in [0, 1, 3, 63, 64, 65, 127, 1000, 1023, 1024, 1025, 99_991, 1 << 20, (1 << 20) + 1] {
                let pointer = BufferPool.take(count)
                #expect(UInt(bitPattern: pointer) % 64 == 0)
                taken.append((pointer, count))
            }
            for (index, (pointer, count)) in taken.enumerated() {
                pointer.update(repeating: Scalar(index), count: count)
            }
            for (index, (pointer, count)) in taken.enumerated() {
                #expect((0..<count).allSatisfy { pointer[$0] == Scalar(index) })
                BufferPool.give(pointer, count)
            }
        }
    }

    @Test func unusedMemoryIsBounded() async {
        await #expect(processExitsWith: .success) {
            func residentBytes() -> Int {
                let fields = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
                let pages = fields?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
                return (pages ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
            }
            let count = (32 << 20) / MemoryLayout<Scalar>.stride
            let before = residentBytes()
            #expect(before > 0)
            let buffers = BufferPool.unusedByteLimit / (32 << 20) + 4
            let pointers = (0..<buffers).map { _ in BufferPool.take(count) }
            for pointer in pointers { pointer.update(repeating: 1, count: count) }
            #expect(residentBytes() - before >= buffers * 32 << 20)
            for pointer in pointers { BufferPool.give(pointer, count) }
            #expect(residentBytes() - before <= BufferPool.unusedByteLimit + 8 << 20)
        }
    }

    @Test func memoryBeyondTheLimitIsRefused() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(3), observing: [\.standardErrorContent]
        ) {
            BufferPool.whenExhausted.withLock {
                $0 = { message in
                    FileHandle.standardError.write(Data(message.utf8))
                    exit(3)
                }
            }
            // Half of the memory is there, and only addressed; twice three quarters are not.
            let half = memoryLimit / 2 / MemoryLayout<Scalar>.stride
            BufferPool.give(BufferPool.take(half), half)
            let first = BufferPool.take(half * 3 / 2)
            BufferPool.give(first, half * 3 / 2)
            _ = BufferPool.take(half * 3 / 2)
            _ = BufferPool.take(half * 3 / 2)
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.hasPrefix("out of memory: ") && message.contains(" MB in all; make the batch, "))
    }

    @Test func scratchGoesBackToThePool() async {
        await #expect(processExitsWith: .success) {
            let first = BufferPool.withScratch(5000) { $0 }
            #expect(BufferPool.withScratch(5000) { $0 } == first)
        }
    }
}
