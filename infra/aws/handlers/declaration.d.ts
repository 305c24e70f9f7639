/** The module that exports the system that is deployed: the bundler puts its file in this one's place. */
declare module 'afterwrite/declaration' {}
