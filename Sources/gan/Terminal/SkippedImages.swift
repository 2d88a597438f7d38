import Datasets

/// Tells of images that are left out, each in a line beside the output.
func tell(ofSkipped skipped: [SkippedImage]) {
    for image in skipped {
        printError(printable("Skipped \(image.file): \(image.reason)\n"))
    }
}

/// Says what is wrong while a command goes on.
func tell(ofWarning text: String) {
    ProgressLine().clear()
    printError(printable("Warning: \(text)\n"))
}
