package org.fdboxfs.compare;

import java.util.List;

/**
 * An open question of the discussion of FDBox in March 2025.
 *
 * @param who asked
 * @param later why nothing that runs today can answer all of it; empty when it can
 */
record Question(int number, String text, String who, String later) {
  private static final String KEXEC =
      "what the next kernel finds needs a keeper that goes through kexec, which fdboxfs does not have yet";

  static final List<Question> ALL =
      List.of(
          asked(
              1,
              "How is an anonymous inode such as an iommufd stored in a filesystem?",
              "Gunthorpe"),
          later(2, "What permissions does an entry have after kexec?", "Gunthorpe, Yadav", KEXEC),
          asked(3, "How does open of an entry work?", "Gunthorpe"),
          asked(4, "What happens when one path is opened several times?", "Gunthorpe"),
          asked(5, "What becomes of VFIO's single-open rules?", "Gunthorpe"),
          asked(
              6, "How are descriptors opened that belong together, VFIO and iommufd?", "Gunthorpe"),
          asked(7, "Who may take which descriptor out?", "Brauner, Corbet"),
          asked(
              8,
              "Is it for unprivileged users, several instances and namespaces?",
              "Brauner, Corbet"),
          asked(9, "What may go in at all?", "Brauner"),
          asked(
              10,
              "What does a stored descriptor pin, how long, and where is that told?",
              "Brauner"),
          asked(11, "How does one learn what is inside?", "Brauner"),
          asked(12, "Should put close the caller's descriptor?", "Brauner, Yadav"),
          asked(13, "May live files be taken out again before sealing?", "Brauner, Gunthorpe"),
          asked(14, "How is a descriptor frozen?", "Gunthorpe, Yadav"),
          later(
              15,
              "What does abort give back?",
              "Gunthorpe, Yadav",
              "nothing is serialised yet, so there is nothing that would have to be rebuilt"),
          asked(
              16, "Why more than one box; what orders dependent descriptors?", "Gunthorpe, Yadav"),
          later(
              17,
              "Is the bulk of the work at seal, or spread over phases?",
              "Gunthorpe, Yadav",
              "nothing is serialised yet, so a seal has no bulk to do; its cost on the empty part is measured"),
          later(18, "Which state is the same after restore?", "Yadav", KEXEC),
          later(
              19,
              "May a descriptor be restored more than once?",
              "Gunthorpe",
              "to take it out of a box stands in for it: " + KEXEC),
          later(
              20,
              "What happens without a handover between kernels?",
              "Dunlap",
              "a restart of the server stands in for it: " + KEXEC),
          asked(21, "Character device, filesystem, or something else?", "Brauner, Gunthorpe"));

  private static Question asked(int number, String text, String who) {
    return new Question(number, text, who, "");
  }

  private static Question later(int number, String text, String who, String why) {
    return new Question(number, text, who, why);
  }
}
