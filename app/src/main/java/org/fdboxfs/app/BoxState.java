package org.fdboxfs.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Optional;
import java.util.Set;
import org.fdboxfs.app.MountPaths.Place;
import org.fdboxfs.app.status.Denial;

/** The state of a box, which is its extended attribute {@code user.fdbox.state}. */
final class BoxState {
  private static final String ATTRIBUTE = "fdbox.state";

  /** The words under which the refusal may be found. */
  private static final Set<String> OPERATIONS = Set.of("seal", "unseal", "setattr", "setxattr");

  private BoxState() {}

  /**
   * Sets the state.
   *
   * @return the name of the box
   * @throws Failure when it is refused, with the rule's reason
   */
  static String set(String path, String state) throws IOException {
    Place place = MountPaths.find(path);
    if (place.inside().isEmpty() || place.inside().contains("/")) {
      throw new Failure(path + " is not a box: a box is a directory at the top of the mount");
    }
    var directory = place.mountpoint().resolve(place.inside());
    if (!Files.isDirectory(directory)) {
      throw new Failure(path + (Files.exists(directory) ? ": not a box" : ": no such box"));
    }
    try {
      Files.getFileAttributeView(directory, UserDefinedFileAttributeView.class)
          .write(ATTRIBUTE, StandardCharsets.US_ASCII.encode(state));
    } catch (FileSystemException e) {
      Optional<Denial> denial = Denial.last(place.mountpoint(), place.fromRoot(), OPERATIONS);
      throw new Failure(path + ": " + denial.map(Denial::sentence).orElseGet(() -> plain(e)));
    }
    return place.inside();
  }

  /** The system's own words are at the end of the message that Java makes. */
  private static String plain(FileSystemException e) {
    String text = Failure.reason(e);
    int colon = text.lastIndexOf(": ");
    return Failure.lowerFirst(colon < 0 ? text : text.substring(colon + 2));
  }
}
