# make demo: everything from a fresh machine to a grid of generated faces.
# make test: everything from a fresh machine to all tests passed.
SHELL := /bin/bash
GAN := .build/release/gan
DEMO := runs/demo
PREFIX ?= /usr/local
# For `gan --version`.
export GAN_COMMIT := $(shell git describe --always --dirty --abbrev=12 --exclude='*' 2> /dev/null)

.PHONY: build build-avx2 demo test browser interchange processors mpi-test torture fuzz install package docs lint setup format clean

build: setup
	swift build -c release --product gan

# The program with man pages, completions for bash, zsh and fish, and the checkpoints, below PREFIX.
install: build
	swift build -c release --product generate-manual
	Tools/install-program $(GAN) "$(DESTDIR)$(PREFIX)"

# A Debian package and a tarball, which need no Swift, in .build/package.
package: setup
	Tools/make-package

# Without AVX-512, for Benchmarks/compare.py --avx2.
build-avx2: setup
	swift build -c release --product gan --traits AVX2 --scratch-path .build/avx2

# A run that a `make demo` left behind is replaced.
demo: build
	@if [ ! -d datasets/avatars-32 ]; then $(GAN) data avatars --count 4000 --size 32 --out datasets/avatars-32; fi
	$(GAN) train datasets/avatars-32 --out $(DEMO) --size 32 --minutes 3 --overwrite
	$(GAN) sample $(DEMO) --out $(DEMO)/grid.png
	$(GAN) interpolate checkpoints/styles-64.safetensors --seeds 1,2,3,4 --loop --mode spline --out $(DEMO)/walk.gif
	@echo
	@echo "Generated faces:  $(DEMO)/grid.png"
	@echo "A walk through the faces of a model that was trained for hours:  $(DEMO)/walk.gif"
	@echo "What it learned from:  $(DEMO)/reals.png"
	@echo "How it went:  $(DEMO)/losses.png and $(DEMO)/samples/"

# The whole suite in single precision, what computes once more in double, the studio's pages in a browser,
# the files for other programs in these, the compiled loops on other processors, trainings of several processes, and 20
# seconds of broken files for each reader.
test: setup lint docs browser interchange processors mpi-test
	swift test -c release
	swift test -c release --traits DoublePrecision --scratch-path .build/double --filter '^(KernelsTests|TensorsTests|NetworksTests|ToysTests|GANsTests)\.'
	MINUTES=5 Tools/fuzz

# The studio's pages in Chromium.
browser: build
	Tools/browser-tests

# Files for other programs, read by these programs.
interchange: build
	Tools/interchange-tests

# The compiled loops on emulated processors of other kinds.
processors: setup
	Tools/processor-tests

# Trainings of several processes under mpirun.
mpi-test: build
	Tools/mpi-tests

# Trainings that are killed, moved and starved of disk space, to be compared with others that were left alone; killed
# at random for MINUTES (2). Takes about as long again, and is no part of `make test`.
torture: build
	Tools/torture-tests

# Broken files for all that reads from outside, for MINUTES (10) in all, with a build of its own.
fuzz: setup
	Tools/fuzz

# The library's documentation, into .build/docs; a warning is an error.
docs: build
	Tools/build-docs

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

format:
	swift format --in-place --recursive Package.swift Sources Tests

# The Debian packages that are missing.
setup:
	@Tools/install-libraries

clean:
	swift package clean
