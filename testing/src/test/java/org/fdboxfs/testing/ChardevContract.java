package org.fdboxfs.testing;

/** What FDBox RFC v1 says of its ioctls, wherever they are served. */
interface ChardevContract
    extends ChardevBoxContract,
        ChardevNameContract,
        ChardevPutGetContract,
        ChardevDeliveryContract,
        ChardevCallerContract,
        ChardevBadInputContract,
        ChardevRaceContract {}
