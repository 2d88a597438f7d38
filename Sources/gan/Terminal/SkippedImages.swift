import Datasets
import Foundation

/// Tells of images that are left out, each in a line beside the output.
func tell(ofSkipped skipped: [SkippedImage]) {
    for image in skipped {
        FileHandle.standardError.write(Data("Skipped \(image.file): \(image.reason)\n".utf8))
    }
}

/// Says what is wrong while a command goes on.
func tell(ofWarning text: String) {
    ProgressLine().clear()
    FileHandle.standardError.write(Data("Warning: \(text)\n".utf8))
}
