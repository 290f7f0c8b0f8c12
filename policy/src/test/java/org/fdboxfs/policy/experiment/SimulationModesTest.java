package org.fdboxfs.policy.experiment;

import org.junit.jupiter.api.Test;

/** What the kernel would check before it asks the filesystem, and in which order. */
class SimulationModesTest {
  @Test
  void pathsAreWalkedAsTheKernelWalksThem() {
    Played.lines(
        """
        alice mkdir path: box, mode: "0711"
        alice mkdir path: box/shut, mode: "0700"
        alice create path: box/ram, mode: "0644"
        alice create path: box/shut/ram, mode: "0666"
        bob open path: box/ram, access: read
        bob open path: box/ram, access: read-write -> EACCES
        bob open path: box/shut/ram, access: read -> EACCES
        bob open path: box/shut/nothing, access: read -> EACCES
        bob open path: box/nothing, access: read -> ENOENT
        bob open path: box/nothing/deep, access: read -> ENOENT
        bob open path: box/ram/deep, access: read -> ENOTDIR
        bob list path: box -> EACCES
        dac list path: box/shut -> ok ram
        dac open path: box/shut/ram, access: read-write
        reader list path: box/shut -> ok ram
        reader open path: box/shut/ram, access: read
        weak list path: box/shut -> EACCES
        root list path: box/shut -> ok ram
        alice open path: box, access: read
        alice open path: box, access: read-write -> EISDIR
        alice stat path: box/ram -> ok file 0644 1000:1000 memfd
        bob stat path: box/ram -> ok file 0644 1000:1000 memfd
        bob stat path: box/shut/ram -> EACCES
        bob stat path: box -> ok directory 0711 1000:1000
        bob list path: . -> ok box
        """);
  }

  @Test
  void aDirectoryThatMayBeReadAndNotSearchedIsListed() {
    Played.lines(
        """
        alice mkdir path: box, mode: "0744"
        alice create path: box/ram, mode: "0644"
        bob list path: box -> ok ram
        bob open path: box/ram, access: read -> EACCES
        """);
  }

  @Test
  void groupsCountFirstWhereTheyFit() {
    Played.lines(
        """
        alice mkdir path: box, mode: "0755"
        alice create path: box/ram, mode: "0604"
        alice chown path: box/ram, gid: 100
        carol open path: box/ram, access: read -> EACCES
        bob open path: box/ram, access: read
        """);
  }

  @Test
  void aTakenNameComesBeforeADirectoryThatMayNotBeChanged() {
    Played.lines(
        """
        alice mkdir path: box, mode: "0755"
        alice create path: box/ram
        alice mkdir path: box/sub
        bob descriptor kind: memfd, as: m
        bob put fd: m, path: box/ram -> EEXIST
        bob put fd: m, path: box/new -> EACCES
        bob put fd: m, path: box/ram/new -> ENOTDIR
        bob put fd: m, path: nothing/new -> ENOENT
        bob put fd: m, path: top -> EPERM
        bob mkdir path: box/sub -> EEXIST
        bob mkdir path: box/new -> EACCES
        bob mkdir path: box -> EEXIST
        bob mkdir path: . -> EEXIST
        bob create path: box/new -> EACCES
        bob create path: box/ram -> EEXIST
        bob create path: box/sub -> EEXIST
        bob create path: top -> EPERM
        alice seal path: box
        alice mkdir path: box/sub -> EEXIST
        alice mkdir path: box/new -> EROFS
        bob mkdir path: box/new -> EACCES
        """);
  }

  @Test
  void whatMayNotBeRemovedIsSaidBeforeWhatItIs() {
    Played.lines(
        """
        alice mkdir path: box, mode: "0755"
        alice mkdir path: box/sub, mode: "0777"
        alice create path: box/ram
        bob remove path: box/ram -> EACCES
        bob remove path: box/sub -> EACCES
        bob rmdir path: box/ram -> EACCES
        bob rmdir path: box -> EPERM
        bob remove path: box -> EPERM
        bob remove path: box/nothing -> ENOENT
        alice remove path: box/sub -> EISDIR
        alice rmdir path: box/ram -> ENOTDIR
        alice rmdir path: box -> ENOTEMPTY
        bob mkdir path: box/sub/below
        alice rmdir path: box/sub -> ENOTEMPTY
        alice seal path: box
        alice remove path: box/sub -> EISDIR
        alice rmdir path: box/sub -> EROFS
        alice remove path: box/ram -> EROFS
        bob remove path: box/ram -> EACCES
        root rmdir path: . -> EINVAL
        """);
  }

  @Test
  void theStickyBitKeepsWhatIsOthers() {
    Played.lines(
        """
        alice mkdir path: box, mode: "1777"
        bob create path: box/bobs, mode: "0666"
        carol remove path: box/bobs -> EPERM
        carol rename path: box/bobs, to: box/mine -> EPERM
        carol create path: box/carols
        carol rename path: box/carols, to: box/bobs -> EPERM
        dac remove path: box/bobs -> EPERM
        weak remove path: box/bobs -> EPERM
        fowner remove path: box/bobs
        alice remove path: box/carols
        """);
  }

  @Test
  void renameChecksBothDirectoriesThenBothNames() {
    Played.lines(
        """
        alice mkdir path: box, mode: "0755"
        alice mkdir path: box/shut, mode: "0700"
        alice mkdir path: box/open, mode: "0777"
        alice mkdir path: box/open/deep, mode: "0777"
        alice create path: box/open/ram
        bob rename path: box/open/nothing, to: box/shut/ram -> EACCES
        bob rename path: box/open/nothing, to: box/new -> ENOENT
        bob rename path: box/open/ram, to: box/nothing/ram -> ENOENT
        bob rename path: box/open/ram, to: box/ram -> EACCES
        bob rename path: box/open/ram, to: box/open/deep -> EISDIR
        bob rename path: box/open/deep, to: box/open/ram -> ENOTDIR
        bob rename path: box/open, to: box/open/deep/in -> EINVAL
        bob rename path: box/open/deep, to: box/open -> ENOTEMPTY
        bob rename path: box/open/ram, to: box/open/ram
        bob rename path: box/open/ram, to: box/open/deep/ram
        bob rename path: box, to: new -> EPERM
        alice rename path: box, to: new
        alice rename path: new/open, to: top -> EPERM
        alice rename path: new, to: . -> EBUSY
        alice mkdir path: new/a, mode: "0777"
        alice mkdir path: new/b, mode: "0777"
        alice mkdir path: new/a/closed, mode: "0555"
        bob rename path: new/a/closed, to: new/b/closed -> EACCES
        bob rename path: new/a/closed, to: new/a/moved
        alice rename path: new/b, to: new/a -> ENOTEMPTY
        alice rename path: new/a, to: new/b
        alice seal path: new
        alice rename path: new/b, to: new/c -> EROFS
        alice rename path: new/b, to: new/b
        """);
  }

  /** The kernel looks at names on every mount, and does so before it asks us. */
  @Test
  void namesAreLookedAtFirstAlsoWhereModesDoNotCount() {
    Played.lines(
        Played.settings(
            """
            modes: ignored
            rules:
              - id: not-carol
                when: "caller.uid == 3000"
                deny: EXDEV
            """),
        """
        alice mkdir path: box, mode: "0000"
        alice mkdir path: box/dir
        alice create path: box/ram
        alice descriptor kind: epoll, as: e
        carol descriptor kind: memfd, as: m
        alice put fd: e, path: box/ram -> EEXIST
        carol put fd: m, path: box/ram -> EEXIST
        carol put fd: m, path: box/new -> EXDEV
        carol create path: box/ram -> EEXIST
        carol mkdir path: box -> EEXIST
        carol rename path: box, to: box/dir/in -> EINVAL
        carol rename path: box/dir, to: box -> ENOTEMPTY
        carol rename path: box/dir, to: box/ram -> ENOTDIR
        carol rename path: box/ram, to: box/dir -> EISDIR
        carol rename path: box/nothing, to: box/ram/in -> ENOTDIR
        carol rename path: box/ram, to: box/new -> EXDEV
        fowner remove path: box -> EISDIR
        fowner rmdir path: box -> EPERM
        fowner rename path: box, to: other -> EPERM
        """);
  }

  @Test
  void onlyOwnersChangeModesAndOnlyTheCapabilityGivesAway() {
    Played.lines(
        """
        alice mkdir path: box, mode: "0755"
        alice create path: box/ram, mode: "0644"
        bob chmod path: box/ram, mode: "0666" -> EPERM
        dac chmod path: box/ram, mode: "0666" -> EPERM
        weak chmod path: box/ram, mode: "0666" -> EPERM
        fowner chmod path: box/ram, mode: "0606"
        bob chown path: box/ram, uid: 2000 -> EPERM
        alice chown path: box/ram, uid: 2000 -> EPERM
        alice chown path: box/ram, uid: 1000, gid: 100
        alice chown path: box/ram, gid: 27 -> EPERM
        fowner chown path: box/ram, uid: 2000 -> EPERM
        chown chown path: box/ram, uid: 2000, gid: 27
        alice stat path: box/ram -> ok file 0606 2000:27 memfd
        """);
  }

  @Test
  void directoriesAreMadeWithoutSetIdBits() {
    Played.lines(
        """
        alice mkdir path: box, mode: "7755"
        alice stat path: box -> ok directory 1755
        alice chmod path: box, mode: "2755"
        alice mkdir path: box/sub, mode: "4755"
        alice stat path: box/sub -> ok directory 2755
        """);
  }

  @Test
  void setIdBitsComeAndGoAsTheyShould() {
    Played.lines(
        """
        alice mkdir path: box, mode: "0755"
        alice create path: box/ram, mode: "0755"
        root chown path: box/ram, gid: 27
        alice chmod path: box/ram, mode: "6755"
        alice stat path: box/ram -> ok file 4755
        alice chown path: box/ram, gid: 100
        alice stat path: box/ram -> ok file 0755 1000:100 memfd
        alice chmod path: box/ram, mode: "2755"
        alice stat path: box/ram -> ok file 2755
        root chown path: box/ram, uid: 0
        root stat path: box/ram -> ok file 0755 0:100 memfd
        alice chmod path: box, mode: "2755"
        alice create path: box/more
        alice stat path: box/more -> ok file 0644 1000:1000 memfd
        """);
  }

  @Test
  void sizesAndAttributesTakeWritePermission() {
    Played.lines(
        """
        alice mkdir path: box, mode: "0755"
        alice mkdir path: box/shared, mode: "0777"
        alice mkdir path: box/sticky, mode: "1777"
        alice create path: box/ram, mode: "0644"
        bob truncate path: box/ram, size: 4096 -> EACCES
        bob truncate path: box, size: 1 -> EISDIR
        alice truncate path: box/ram, size: 4096
        bob mark path: box, link: reserve -> EACCES
        bob mark path: box/shared, link: reserve -> EPERM
        bob mark path: box/sticky, link: reserve -> EPERM
        bob seal path: box -> EACCES
        alice seal path: box
        alice seal path: box -> EBUSY
        bob unseal path: box -> EACCES
        alice truncate path: box/ram, size: 1 -> EBUSY
        bob truncate path: box/ram, size: 1 -> EACCES
        alice unseal path: box
        alice unseal path: box -> EBUSY
        """);
  }
}
