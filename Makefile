# make shows what there is. Every target installs the system packages that it lacks.

PREFIX ?= /usr/local
DESTDIR ?=
MVN ?= mvn -B

# A name with a colon is a command and the package that brings it.
BUILD_PACKAGES = javac:openjdk-17-jdk-headless mvn:maven
MOUNT_PACKAGES = libfuse2 fuse3 attr
C_PACKAGES = gcc:gcc libc6-dev

TREE = app/target/fdboxfs
INSTALLED = $(PREFIX)/lib/fdboxfs

.PHONY: help run test test-vm build vm bench compare install clean

help:
	@echo 'make run      build, mount and show a tour of under a minute'
	@echo 'make test     build and run every test, those in the test machine too'
	@echo 'make build    leave the installable tree in $(TREE)'
	@echo 'make vm       build the kernel of the machine that some of the tests boot'
	@echo 'make test-vm  run those tests alone'
	@echo 'make bench    measure, and write docs/benchmarks.md'
	@echo 'make compare  play the scenarios on both front ends, and write docs/comparison.md'
	@echo 'make install  install to PREFIX, which is $(PREFIX)'
	@echo 'make clean    remove what was built'

run: build
	@testing/packages.sh $(MOUNT_PACKAGES) $(C_PACKAGES)
	@examples/tour/tour.sh

test:
	@testing/packages.sh $(BUILD_PACKAGES) $(MOUNT_PACKAGES) $(C_PACKAGES) libsystemd-dev tmux procps
	$(MVN) verify
	testing/posix/run.sh $(TREE)/bin/fdboxfs
	testing/sockets/run.sh $(TREE)/bin/fdboxfs
	examples/run-all.sh
	testing/vm/test.sh $(TREE)/bin/fdboxfs

build:
	@testing/packages.sh $(BUILD_PACKAGES)
	$(MVN) -q -pl app -am package -DskipTests

# Once: it is kept in the user's cache directory. make test-vm does it too.
vm:
	@testing/vm/build.sh

test-vm: vm
	@testing/packages.sh $(BUILD_PACKAGES) $(MOUNT_PACKAGES) $(C_PACKAGES)
	$(MVN) verify -DskipTests
	testing/vm/test.sh $(TREE)/bin/fdboxfs

bench: build
	@testing/packages.sh $(MOUNT_PACKAGES) $(C_PACKAGES) libfuse-dev s6
	@testing/bench/bench.sh
	@testing/bench/explore.sh $(TREE)/bin/fdboxfs

compare: build vm
	@testing/compare/run.sh $(TREE)/bin/fdboxfs

# The archive of classes knows its jars by place and time: it is made anew where they are now.
install: build
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(INSTALLED)'
	rm -rf '$(DESTDIR)$(INSTALLED)/lib'
	cp -R $(TREE)/. '$(DESTDIR)$(INSTALLED)/'
	rm -f '$(DESTDIR)$(INSTALLED)/lib/fdboxfs.jsa'
	ln -sfn ../lib/fdboxfs/bin/fdboxfs '$(DESTDIR)$(PREFIX)/bin/fdboxfs'
	[ -n '$(DESTDIR)' ] || FDBOXFS_ARCHIVE=make '$(PREFIX)/bin/fdboxfs' warm-up

clean:
	rm -rf target */target
