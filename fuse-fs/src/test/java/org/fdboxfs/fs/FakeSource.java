package org.fdboxfs.fs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fdboxfs.fake.FakeDescriptor;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.DescriptorSource;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;

/** The descriptor tables of all processes, as one. */
final class FakeSource implements DescriptorSource {
  final Map<Integer, FakeDescriptor> table = new HashMap<>();
  final List<FakeDescriptor> made = new ArrayList<>();

  @Override
  public Offer fetch(Caller caller, int number) throws FsException {
    FakeDescriptor found = table.get(number);
    if (found == null) {
      throw new FsException(Errno.EBADF, "not open");
    }
    return new Offer(found, false);
  }

  @Override
  public Offer createMemory(String name) {
    FakeDescriptor memory = new FakeDescriptor(FdKind.MEMFD);
    made.add(memory);
    return new Offer(memory, false);
  }
}
