package org.fdboxfs.linux;

import java.util.concurrent.LinkedBlockingQueue;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.jspecify.annotations.Nullable;

/**
 * A daemon thread that does nothing but run tasks, one after the other, because it has a descriptor
 * table that other threads lack. A new thread shares the table of the thread that starts it, and
 * keeps it until it unshares.
 *
 * <p>Java reads classes through numbers of the thread that loads them: from its jars and from
 * {@code lib/modules}, which must therefore stay open in the table. Those that were not open before
 * it was unshared cannot be read, so a task must be a named class all of whose code was run before
 * in an ordinary thread, and must neither log nor do I/O of Java's. That alone is not enough: when
 * a method becomes hot, the thread that runs it loads the classes of its signature, needed or not.
 */
final class TableThread {
  /** System calls to make in the table. */
  interface Task {
    /**
     * Makes them.
     *
     * @return what the caller gets
     */
    int run() throws FsException;
  }

  /** Makes none. */
  static final Task NOTHING = new Nothing();

  /** The last task: ends the thread. */
  private static final Task END = new Nothing();

  private final LinkedBlockingQueue<Job> jobs = new LinkedBlockingQueue<>();
  private volatile int id;

  private TableThread() {}

  /**
   * Starts a thread that begins with the table of the calling one.
   *
   * @param first what it does first; when that is refused, the thread ends
   * @throws FsException of the first task
   */
  static TableThread start(String name, Task first) throws FsException {
    TableThread made = new TableThread();
    Job job = new Job(first);
    Thread thread = new Thread(new Loop(made, job), name);
    thread.setDaemon(true);
    thread.start();
    job.await();
    return made;
  }

  /** The kernel's number of the thread. */
  int id() {
    return id;
  }

  /**
   * Runs a task there and waits, also when interrupted.
   *
   * @return of the task
   * @throws FsException of the task; {@code EIO} when it failed otherwise
   */
  int call(Task task) throws FsException {
    Job job = new Job(task);
    jobs.add(job);
    return job.await();
  }

  /** Runs a task there some time; what it throws is lost. */
  void post(Task task) {
    jobs.add(new Job(task));
  }

  /** Ends the thread when it has done what was asked before; nothing may be asked afterwards. */
  void end() {
    jobs.add(new Job(END));
  }

  private static final class Nothing implements Task {
    @Override
    public int run() {
      return 0;
    }
  }

  private static final class Loop implements Runnable {
    private final TableThread owner;
    private final Job first;

    Loop(TableThread owner, Job first) {
      this.owner = owner;
      this.first = first;
    }

    @Override
    public void run() {
      owner.id = Tasks.threadId();
      boolean more = first.run();
      while (more) {
        Job job = take();
        more = job.task != END;
        job.run();
      }
    }

    private Job take() {
      while (true) {
        try {
          return owner.jobs.take();
        } catch (InterruptedException e) {
          // nobody means that: the thread ends by being told to
        }
      }
    }
  }

  private static final class Job {
    private final Task task;
    private boolean done;
    private int result;
    private @Nullable FsException refused;

    Job(Task task) {
      this.task = task;
    }

    /** Whether it was done; whatever goes wrong, the thread goes on. */
    boolean run() {
      int made = -1;
      FsException why = null;
      try {
        made = task.run();
      } catch (FsException e) {
        why = e;
      } catch (Throwable t) {
        made = -1; // who waits is told, and others still need the thread
      }
      synchronized (this) {
        result = made;
        refused = why;
        done = true;
        notifyAll();
      }
      return made >= 0;
    }

    synchronized int await() throws FsException {
      boolean interrupted = false;
      while (!done) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      if (result < 0) {
        throw refused != null
            ? refused
            : new FsException(Errno.EIO, "a thread that keeps descriptors failed");
      }
      return result;
    }
  }
}
